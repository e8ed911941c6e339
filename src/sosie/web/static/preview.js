// Plays the room's HLS, shows what the room says of itself once a second, and posts comments.
"use strict";

const element = (id) => document.getElementById(id);
const player = element("player");
const SOURCE = "/hls/live.m3u8";

function play() {
  if (window.Hls && Hls.isSupported()) {
    const hls = new Hls({ liveSyncDurationCount: 2, liveMaxLatencyDurationCount: 6, maxLiveSyncPlaybackRate: 1.1 });
    // The first segments may not be there yet when the page is: a failed manifest is asked for again.
    hls.on(Hls.Events.ERROR, (_, problem) => {
      if (!problem.fatal) return;
      hls.destroy();
      setTimeout(play, 1000);
    });
    hls.loadSource(SOURCE);
    hls.attachMedia(player);
  } else {
    player.src = SOURCE;
  }
  player.play().catch(() => {});
}

element("sound").addEventListener("click", () => {
  player.muted = !player.muted;
  element("sound").textContent = player.muted ? "Sound on" : "Sound off";
  element("sound").setAttribute("aria-pressed", String(!player.muted));
  player.play().catch(() => {});
});

function showProduct(product, sells) {
  element("product").hidden = !product;
  element("no-product").hidden = !!product || !sells;
  if (!product) return;
  element("name").textContent = product.name;
  element("price").textContent = product.sale_price || product.price;
  element("old-price").textContent = product.sale_price ? product.price : "";
  element("stock").textContent = product.stock === null ? "in stock" : product.stock > 0 ? `${product.stock} in stock` : "sold out";
  const picture = element("picture");
  picture.hidden = !product.has_picture;
  const source = `/api/products/${encodeURIComponent(product.id)}/picture`;
  if (product.has_picture && picture.getAttribute("src") !== source) {
    picture.src = source;
    picture.alt = product.name;
  }
}

function commentItem(comment) {
  const item = document.createElement("li");
  const asked = item.appendChild(document.createElement("p"));
  asked.appendChild(document.createElement("b")).textContent = comment.name;
  asked.append(comment.text);
  const below = item.appendChild(document.createElement("p"));
  below.className = comment.answer ? "answer" : "state";
  below.textContent = comment.answer || comment.state;
  return item;
}

let shown = "";
function showComments(comments) {
  element("no-comments").hidden = comments.length > 0;
  const now = JSON.stringify(comments);
  if (now === shown) return;
  shown = now;
  const list = element("comments");
  list.replaceChildren(...comments.map(commentItem));
  list.scrollTop = list.scrollHeight;
}

function showState(state) {
  element("air").textContent = state.on_air ? "On air" : "Off air";
  element("air").classList.toggle("on", state.on_air);
  element("title").textContent = state.title;
  element("label").textContent = state.label;
  element("disclosure").textContent = state.disclosure;
  showProduct(state.product, state.sells);
  showComments(state.comments);
  element("outputs").textContent = state.outputs.map((output) => `${output.name}: ${output.state}`).join(" · ");
  const minutes = Math.floor(state.seconds / 60), seconds = String(Math.floor(state.seconds % 60)).padStart(2, "0");
  element("health").textContent = `${minutes}:${seconds} · ${state.health.late} late · ${state.health.memory_mb} MB`;
}

async function refresh() {
  try {
    const answer = await fetch("/api/state");
    if (answer.ok) showState(await answer.json());
  } catch {
    element("air").textContent = "Off air";
    element("air").classList.remove("on");
  }
  setTimeout(refresh, 1000);
}

element("ask").addEventListener("submit", async (event) => {
  event.preventDefault();
  const field = element("text");
  element("refused").textContent = "";
  try {
    const answer = await fetch("/api/comments", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ text: field.value }),
    });
    if (answer.ok) field.value = "";
    else element("refused").textContent = answer.status === 429 ? (await answer.json()).detail : "This comment cannot be taken.";
  } catch {
    element("refused").textContent = "The show cannot be reached; it may have ended.";
  }
});

play();
refresh();
