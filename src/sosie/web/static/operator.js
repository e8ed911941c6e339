// The person on duty: orders over HTTP, their voice over one WebSocket (web/microphone.py says what is sent on it).
"use strict";

const element = (id) => document.getElementById(id);
const PRESENCE_MS = 5000;
const CLOSED = {
  4400: "The show did not understand the microphone.", 4401: "The token is not this show's.",
  4403: "The show is not on air, or not in this language.", 4408: "No sound arrived for too long: the clone has taken over again.",
  4409: "Somebody else is speaking.", 4410: "The show was handed back.", 4413: "Too much sound at once.", 4429: "Sound came too fast.",
};

const tell = (text) => { element("told").textContent = text; };
const token = () => element("token").value.trim();

async function post(path, body) {
  const answer = await fetch(`/operator/${path}`, {
    method: "POST",
    headers: { "Authorization": `Bearer ${token()}`, "Content-Type": "application/json" },
    body: JSON.stringify(body),
  }).catch(() => null);
  if (!answer) tell("The show cannot be reached.");
  else if (answer.status === 401) tell(CLOSED[4401]);
  return answer;
}

async function order(body) {
  const answer = await post("orders", body);
  if (!answer || answer.status === 401) return;
  const told = await answer.json();
  if (!answer.ok) tell("The show did not understand that.");
  else tell(told.done ? "Done." : `Not done: ${told.hindered}${told.refused_words ? ` (“${told.refused_words}”)` : ""}.`);
}

for (const button of document.querySelectorAll("[data-order]")) {
  button.addEventListener("click", () => order({ order: button.dataset.order }));
}
element("say").addEventListener("submit", (event) => {
  event.preventDefault();
  order({ order: "say", text: element("line").value, language: element("language").value });
});
element("enter").addEventListener("submit", (event) => event.preventDefault());
setInterval(() => { if (token().length >= 16 && !document.hidden) post("presence"); }, PRESENCE_MS);

// The microphone

let speaking = null;  // {channel, context, tracks} while it is open

function ready() { element("speak").disabled = !speaking && !(element("own").checked && token().length >= 16); }
for (const id of ["own", "token"]) element(id).addEventListener("input", ready);

function quiet(text) {
  if (!speaking) return;
  for (const track of speaking.tracks) track.stop();
  speaking.context.close();
  speaking = null;
  element("speak").textContent = "Speak";
  element("speak").setAttribute("aria-pressed", "false");
  element("level").value = 0;
  ready();
  tell(text);
}

async function speak() {
  // The person is asked for the microphone before the show is taken over: nobody waits in silence for a dialogue.
  const stream = await navigator.mediaDevices.getUserMedia({
    audio: { channelCount: 1, echoCancellation: true, noiseSuppression: true, autoGainControl: false },
  });
  const context = new AudioContext();
  await context.audioWorklet.addModule("/static/microphone-worklet.js");
  const worklet = new AudioWorkletNode(context, "pcm", { numberOfOutputs: 0, channelCount: 1, channelCountMode: "explicit" });
  const scheme = location.protocol === "https:" ? "wss:" : "ws:";
  const channel = new WebSocket(`${scheme}//${location.host}/operator/microphone`);
  channel.binaryType = "arraybuffer";
  const mine = { channel, context, tracks: stream.getTracks(), on: false };
  speaking = mine;
  worklet.port.onmessage = ({ data }) => {
    element("level").value = data.peak;
    // What cannot be sent now would be late: it is left out here rather than dropped there.
    if (mine.on && channel.readyState === WebSocket.OPEN && channel.bufferedAmount < context.sampleRate) channel.send(data.pcm);
  };
  channel.onopen = () => channel.send(JSON.stringify({
    token: token(), own_voice: element("own").checked, language: element("language").value, rate_hz: context.sampleRate,
  }));
  channel.onmessage = ({ data }) => {
    if (speaking !== mine) return;
    const said = JSON.parse(data);
    if ("hindered" in said) {
      mine.on = said.hindered === null;
      tell(mine.on ? "You are on air." : `Not done: ${said.hindered}.`);
      return;
    }
    const late = said.late_frames ? ` ${(said.late_frames * 0.04).toFixed(2)} s came too late and were left out.` : "";
    tell((said.heard ? "You are on air." : "You are not heard.") + late);
  };
  channel.onclose = ({ code }) => { if (speaking === mine) quiet(CLOSED[code] || "The microphone is off; the clone goes on."); };
  context.createMediaStreamSource(stream).connect(worklet);
  element("speak").textContent = "Stop";
  element("speak").setAttribute("aria-pressed", "true");
}

element("speak").addEventListener("click", async () => {
  if (speaking) {
    const { channel } = speaking;
    if (channel.readyState === WebSocket.OPEN) channel.send(JSON.stringify({ bye: true }));
    else channel.close();
    quiet("The microphone is off; the clone goes on.");
    return;
  }
  element("speak").disabled = true;
  try {
    await speak();
  } catch (problem) {
    tell(`The microphone cannot be opened: ${problem.message}`);
  }
  ready();
});
