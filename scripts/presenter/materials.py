"""What things look like: the shaders, in linear light, with a key, a fill and two rim lights."""

VERTEX = """
#version 330
in vec3 place; in vec3 normal; in vec3 rest; in vec2 uv; in float open_sky;
uniform mat4 to_screen, to_light;
out vec3 P, N, R; out vec4 L; out vec2 U; out float A;
invariant gl_Position;
void main() {
    gl_Position = to_screen * vec4(place, 1.0);
    P = place; N = normal; R = rest; U = uv; A = open_sky;
    L = to_light * vec4(place, 1.0);
}
"""

SHADOW_VERTEX = """
#version 330
in vec3 place; in vec2 uv; uniform mat4 to_light; out vec2 U;
invariant gl_Position;
void main() { gl_Position = to_light * vec4(place, 1.0); U = uv; }
"""

SHADOW_FRAGMENT = """
#version 330
in vec2 U; uniform sampler2D skin_map; uniform float cut;
void main() { if (cut > 0.0 && texture(skin_map, U).a < cut) discard; }
"""

FRAGMENT_HEAD = """
#version 330
in vec3 P, N, R; in vec4 L; in vec2 U; in float A;
out vec4 colour;
uniform sampler2D skin_map, pores, weave;
uniform sampler2D shadow_map;
uniform vec3 eye, gaze_left, gaze_right, eye_left, eye_right;
uniform vec3 mouth;      // centre of the lips, dm
uniform float eye_radius, mouth_open;

const vec3 KEY = normalize(vec3(-0.55, 0.62, 0.95));
const vec3 FILL = normalize(vec3(0.85, 0.18, 0.62));
const vec3 RIM_A = normalize(vec3(0.75, 0.45, -0.75));
const vec3 RIM_B = normalize(vec3(-0.85, 0.35, -0.65));
const vec3 KEY_COLOUR = vec3(1.0, 0.955, 0.90) * 1.85;
const vec3 FILL_COLOUR = vec3(0.86, 0.93, 1.0) * 0.50;
const vec3 RIM_A_COLOUR = vec3(1.0, 0.93, 0.85) * 1.5;
const vec3 RIM_B_COLOUR = vec3(0.80, 0.90, 1.0) * 1.1;
const vec3 SKY = vec3(0.42, 0.44, 0.48), GROUND = vec3(0.26, 0.22, 0.20);

float lit(float bias) {
    vec3 at = L.xyz / L.w * 0.5 + 0.5;
    return clamp(exp(-SHADOW_HARD * (at.z - bias)) * texture(shadow_map, at.xy).r, 0.0, 1.0);
}
vec3 sky(vec3 n) { return mix(GROUND, SKY, n.y * 0.5 + 0.5); }
float lobe(vec3 n, vec3 l, vec3 v, float rough) {
    vec3 h = normalize(l + v);
    float a = rough * rough, a2 = a * a, nh = max(dot(n, h), 0.0), nl = max(dot(n, l), 0.0), nv = max(dot(n, v), 1e-3);
    float d = a2 / (3.1416 * pow(nh * nh * (a2 - 1.0) + 1.0, 2.0));
    float k = a * 0.5;
    float g = 1.0 / ((nl * (1.0 - k) + k) * (nv * (1.0 - k) + k));
    float f = 0.028 + 0.972 * pow(1.0 - max(dot(h, v), 0.0), 5.0);
    return d * g * f * 0.25 * nl;
}
vec3 film(vec3 x) {  // a gentle shoulder, then the display's curve
    x *= 0.92;
    x = (x * (2.51 * x + 0.03)) / (x * (2.43 * x + 0.59) + 0.14);
    return pow(clamp(x, 0.0, 1.0), vec3(1.0 / 2.2));
}
mat3 frame_of(vec3 n) {  // tangent frame from the picture itself (Mikkelsen's trick without tangents)
    vec3 px = dFdx(P), py = dFdy(P); vec2 ux = dFdx(U), uy = dFdy(U);
    vec3 a = cross(py, n), b = cross(n, px);
    vec3 t = a * ux.x + b * uy.x, s = a * ux.y + b * uy.y;
    float m = inversesqrt(max(max(dot(t, t), dot(s, s)), 1e-20));
    return mat3(t * m, s * m, n);
}
"""

SKIN = """
void main() {
    vec3 n0 = normalize(N), v = normalize(eye - P);
    vec4 tex = texture(skin_map, U);
    vec3 albedo = pow(tex.rgb, vec3(2.2));
    float wet = tex.a;                                   // 0 dry skin .. 1 lips and lid rims
    mat3 frame = frame_of(n0);
    vec2 bump = texture(pores, U * 18.0).xy - 0.5;
    vec3 n = normalize(frame * vec3(-bump * 0.50 * mix(1.0, 0.6, wet), 1.0));
    vec3 soft = normalize(mix(n0, n, 0.25));
    float inside = smoothstep(0.10, 0.42, mouth.z - R.z - 0.16 * abs(R.x - mouth.x))
        * (1.0 - smoothstep(0.28, 0.55, length(R.xy - mouth.xy))) ;
    float shade = lit(0.0022);
    float sky_seen = A;
    vec3 wrap = vec3(0.40, 0.18, 0.11);
    vec3 nl = vec3(dot(soft, KEY), dot(mix(soft, n, 0.6), KEY), dot(n, KEY));
    vec3 key = clamp((nl + wrap) / (1.0 + wrap), 0.0, 1.0); key *= key * (1.0 - 0.35 * key) / 0.65 * 0.5 + 0.5;
    vec3 edge = pow(vec3(shade), vec3(0.55, 0.95, 1.15)); // blood shows where a shadow starts
    vec3 fill = clamp((vec3(dot(soft, FILL)) + wrap) / (1.0 + wrap), 0.0, 1.0);
    vec3 rim = clamp((vec3(dot(soft, RIM_A)) + wrap * .6) / (1.0 + wrap * .6), 0.0, 1.0);
    vec3 rimb = clamp((vec3(dot(soft, RIM_B)) + wrap * .6) / (1.0 + wrap * .6), 0.0, 1.0);
    vec3 occluded = pow(vec3(sky_seen), vec3(0.75, 1.05, 1.15));
    vec3 light = KEY_COLOUR * key * edge * mix(1.0, sky_seen, 0.25) + (FILL_COLOUR * fill + sky(soft)) * occluded
        + (RIM_A_COLOUR * rim + RIM_B_COLOUR * rimb) * sky_seen * 0.55;
    vec3 c = albedo * light / 2.1;
    float rough = mix(mix(0.50, 0.42, sky_seen), 0.30, wet);
    float spec = 0.55 * lobe(n, KEY, v, rough) + 0.45 * lobe(n, KEY, v, rough * 0.66);
    float specf = lobe(n, FILL, v, rough + 0.08);
    float specr = lobe(n, RIM_A, v, 0.45) + 0.8 * lobe(n, RIM_B, v, 0.45);
    float graze = pow(1.0 - max(dot(n, v), 0.0), 5.0);
    c += (KEY_COLOUR * spec * shade + FILL_COLOUR * specf * 1.3 + RIM_A_COLOUR * specr * 0.55) * mix(0.55, 1.1, wet) * sky_seen;
    c += sky(reflect(-v, n)) * (0.014 + 0.20 * graze) * sky_seen * 0.7;
    c *= mix(vec3(1.0), vec3(0.16, 0.06, 0.06), inside);
    colour = vec4(film(c), 1.0);
}
"""

EYE = """
void main() {
    bool left = R.x > 0.0;
    vec3 centre = left ? eye_left : eye_right, g = normalize(left ? gaze_left : gaze_right);
    vec3 v = normalize(eye - P);
    vec3 d = normalize(N);
    float angle = acos(clamp(dot(d, g), -1.0, 1.0));
    float rim_at = 0.50;
    float cornea = 1.0 - smoothstep(rim_at - 0.06, rim_at + 0.05, angle);
    // The iris lies behind the cornea: look along the bent ray at a plane a little inside.
    vec3 into = refract(-v, normalize(mix(d, g, 0.15)), 1.0 / 1.336);
    vec3 hit = d + into * (dot(g, d) - 0.80) / max(-dot(g, into), 0.2);
    vec3 side = normalize(cross(vec3(0.0, 1.0, 0.0), g)), up = cross(g, side);
    vec2 q = vec2(dot(hit, side), dot(hit, up)) / 0.455;
    float r = length(q), turn = atan(q.y, q.x);
    float fibre = texture(pores, vec2(turn * 1.9, r * 0.55)).x * 0.55 + texture(pores, vec2(turn * 4.1, r * 0.2 + .4)).y * 0.45;
    vec3 iris = mix(vec3(0.050, 0.022, 0.010), vec3(0.17, 0.085, 0.036), smoothstep(0.25, 0.75, fibre) * 0.8 + 0.2 * (1.0 - r));
    iris = mix(iris, vec3(0.22, 0.12, 0.05), 0.35 * exp(-pow((r - 0.45) / 0.12, 2.0)));
    iris *= 1.0 - 0.75 * smoothstep(0.78, 1.02, r);
    iris *= smoothstep(0.30, 0.40, r) * 0.97 + 0.03;
    float away = smoothstep(0.35, -0.9, dot(normalize(q + 1e-4), normalize(vec2(-0.55, 0.62))));  // away from the key
    iris *= 0.75 + 0.65 * away * smoothstep(0.2, 0.8, r);
    vec2 place = (d - g * dot(d, g)).xy;
    float vein = smoothstep(0.60, 0.9, texture(pores, d.xy * vec2(1.3, 2.6)).x) * smoothstep(0.55, 1.0, angle);
    vec3 white = mix(vec3(0.74, 0.70, 0.685), vec3(0.70, 0.42, 0.38), vein * 0.20 + 0.25 * smoothstep(0.75, 1.25, angle));
    vec3 albedo = mix(white, iris, cornea * (1.0 - smoothstep(0.94, 1.06, r)));
    float shade = mix(lit(0.0030), 1.0, 0.35);
    float lid = smoothstep(0.95, 0.15, (P.y - centre.y) / eye_radius * 1.0 + 0.25);   // the upper lid and lashes shade the ball
    float corner = smoothstep(1.05, 0.45, abs(P.x - centre.x) / eye_radius);
    float hide = mix(0.25, 1.0, lid) * mix(0.50, 1.0, corner);
    vec3 light = KEY_COLOUR * pow(clamp((dot(d, KEY) + 0.3) / 1.3, 0.0, 1.0), 1.2) * shade
        + FILL_COLOUR * clamp((dot(d, FILL) + 0.3) / 1.3, 0.0, 1.0) + sky(d);
    vec3 c = albedo * light * hide / 2.1;
    // Catchlights: a tall soft box (key), a small fill, on the bulging cornea.
    vec3 bulge = normalize(mix(d, normalize(d + (d - g) * 0.55), cornea));
    vec3 m = reflect(-v, bulge);
    vec3 x = normalize(cross(KEY, vec3(0.0, 1.0, 0.0))), y = cross(x, KEY);
    vec2 k = vec2(dot(m, x), dot(m, y)) / max(dot(m, KEY), 0.05);
    float box = smoothstep(0.24, 0.19, abs(k.x)) * smoothstep(0.33, 0.28, abs(k.y)) * step(0.0, dot(m, KEY));
    float spot = smoothstep(0.975, 0.990, dot(m, FILL));
    c += vec3(1.0, 0.98, 0.95) * box * 1.15 * mix(0.35, 1.0, cornea) * lid + FILL_COLOUR * spot * 0.5 * cornea;
    c += sky(m) * (0.02 + 0.25 * pow(1.0 - max(dot(bulge, v), 0.0), 4.0)) * hide;
    colour = vec4(film(c), 1.0);
}
"""

MOUTH = """
uniform float kind;      // 0 teeth and gums (alpha of the map says which), 1 tongue
void main() {
    vec3 n = normalize(N), v = normalize(eye - P);
    vec4 tex = texture(skin_map, U);
    bool tongue = kind > 0.5;
    float gum = tongue ? 0.0 : smoothstep(0.04, 0.16, tex.r - tex.g);
    vec3 albedo = tongue ? vec3(0.46, 0.17, 0.165) * (0.85 + 0.3 * texture(pores, U * 14.0).x)
        : mix(vec3(0.86, 0.795, 0.70), vec3(0.42, 0.15, 0.145), gum);
    float deep = smoothstep(0.06, 0.75, mouth.z - R.z);       // further in, less light
    float side = smoothstep(0.30, 0.05, abs(R.x - mouth.x));
    float seen = mix(0.95, 0.10, deep) * mix(0.40, 1.0, side) * mix(0.62, 1.0, smoothstep(0.0, 0.30, mouth_open));
    float shade = mix(lit(0.0030), 1.0, 0.22);
    vec3 wrap = vec3(0.35, 0.28, 0.22);
    vec3 light = KEY_COLOUR * clamp((vec3(dot(n, KEY)) + wrap) / (1.0 + wrap), 0.0, 1.0) * shade
        + FILL_COLOUR * clamp((vec3(dot(n, FILL)) + wrap) / (1.0 + wrap), 0.0, 1.0) + sky(n) * 0.8;
    vec3 c = albedo * light / 2.1;
    c += (KEY_COLOUR * lobe(n, KEY, v, tongue ? 0.42 : 0.24) * shade + FILL_COLOUR * lobe(n, FILL, v, 0.3)) * 0.55;
    colour = vec4(film(c * seen), 1.0);
}
"""

HAIR = """
uniform vec3 tie;        // where the hair is gathered
uniform float kind;      // 0 hair, 1 brows, 2 lashes
void main() {
    vec4 tex = texture(skin_map, U);
    float alpha = kind > 0.5 ? tex.a : smoothstep(0.42, 0.70, tex.a);
    if (kind > 1.5) alpha *= R.y < (R.x > 0.0 ? eye_left.y : eye_right.y) - 0.02 ? 0.45 : 1.0;   // lower lashes are finer
    // A card seen from its side would be a line.
    if (kind < 0.5) alpha *= smoothstep(0.05, 0.28, abs(dot(normalize(N), normalize(eye - P))));
    if (alpha < 0.04) discard;
    vec3 n = normalize(N), v = normalize(eye - P);
    if (dot(n, v) < 0.0) n = -n;
    if (kind > 0.5) { colour = vec4(film(vec3(0.022, 0.014, 0.010) * (0.8 + sky(n))), alpha); return; }
    // Fine strands, which the picture is too small to hold: streaks along it, finer ones inside.
    float streak = texture(pores, vec2(U.x * 9.0, U.y * 0.16)).z * 0.6 + texture(pores, vec2(U.x * 23.0, U.y * 0.31)).z * 0.4;
    float strand = clamp(dot(tex.rgb, vec3(0.3, 0.5, 0.2)) + (streak - 0.55) * 0.85, 0.0, 1.0);
    vec3 albedo = mix(vec3(0.010, 0.006, 0.004), vec3(0.125, 0.066, 0.036), smoothstep(0.02, 0.62, strand));
    vec3 along = normalize(mix(tie - R, vec3(0.0, -1.0, 0.0), step(R.z, tie.z)) + vec3(0.0, -0.001, 0.0));
    along = normalize(along - n * dot(along, n) + n * (strand - 0.35) * 0.45);
    float shade = mix(lit(0.0040), 1.0, 0.12), seen = mix(0.25, 1.0, A);
    vec3 c = vec3(0.0);
    vec3 dirs[4] = vec3[](KEY, FILL, RIM_A, RIM_B);
    vec3 tints[4] = vec3[](KEY_COLOUR * shade, FILL_COLOUR, RIM_A_COLOUR * 0.9, RIM_B_COLOUR * 0.9);
    for (int i = 0; i < 4; i++) {
        float tl = dot(along, dirs[i]), tv = dot(along, v);
        float sl = sqrt(max(1.0 - tl * tl, 0.0)), sv = sqrt(max(1.0 - tv * tv, 0.0));
        float wrapped = clamp((dot(n, dirs[i]) + 0.35) / 1.35, 0.0, 1.0);
        float tipped = acos(clamp(tl, -1.0, 1.0)) + 0.10;
        float wide = max(sl * sv - tl * tv, 0.0), sharp = max(sin(tipped) * sv - cos(tipped) * tv, 0.0);
        c += tints[i] * wrapped * (albedo * (sl * 0.55 + 0.9 * pow(wide, 16.0)) + vec3(0.060) * strand * 1.6 * pow(sharp, 60.0));
    }
    c += albedo * sky(n) * 0.45;
    c *= seen;
    colour = vec4(film(c), alpha);
}
"""

CLOTH = """
uniform vec3 dye;
void main() {
    vec3 n0 = normalize(N), v = normalize(eye - P);
    if (dot(n0, v) < 0.0) n0 = -n0;
    mat3 frame = frame_of(n0);
    vec3 fold = texture(skin_map, U).xyz * 2.0 - 1.0;
    vec3 cloth = texture(weave, U * 70.0).xyz;
    vec2 thread = cloth.xy - 0.5;
    vec3 n = normalize(frame * vec3(fold.xy * 0.9 + thread * 0.22, 1.0));
    float weft = cloth.z;
    vec3 albedo = dye * (0.82 + 0.36 * weft);
    float shade = mix(lit(0.0035), 1.0, 0.04), seen = A;
    float k = clamp((dot(n, KEY) + 0.15) / 1.15, 0.0, 1.0), f = clamp((dot(n, FILL) + 0.2) / 1.2, 0.0, 1.0);
    float r = clamp(dot(n, RIM_A), 0.0, 1.0) + 0.8 * clamp(dot(n, RIM_B), 0.0, 1.0);
    vec3 c = albedo * (KEY_COLOUR * k * shade + (FILL_COLOUR * f + sky(n)) * seen + RIM_A_COLOUR * r * 0.5 * seen) / 2.1;
    float sheen = pow(1.0 - max(dot(n, v), 0.0), 3.5);
    c += (dye * 0.6 + 0.06) * sheen * (sky(n) + KEY_COLOUR * k * shade * 0.35) * seen * 0.5;
    c += KEY_COLOUR * lobe(n, KEY, v, 0.62) * shade * 0.25;
    colour = vec4(film(c), 1.0);
}
"""

MATERIALS = {"skin": SKIN, "eye": EYE, "mouth": MOUTH, "hair": HAIR, "cloth": CLOTH}
