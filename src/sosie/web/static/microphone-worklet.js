// Sound of the microphone as 16-bit mono, 1024 samples at a time, off the page's own thread.
"use strict";

const SAMPLES = 1024;

class Pcm extends AudioWorkletProcessor {
  constructor() {
    super();
    this.fresh();
  }

  fresh() {
    this.pcm = new Int16Array(SAMPLES);
    this.n = 0;
    this.peak = 0;
  }

  process([input]) {
    // A microphone that gives nothing for a moment is silent, not gone.
    const samples = input[0] || new Float32Array(128);
    for (const sample of samples) {
      const inside = Math.max(-1, Math.min(1, sample));
      this.pcm[this.n++] = inside * 32767;
      this.peak = Math.max(this.peak, Math.abs(inside));
      if (this.n === SAMPLES) {
        this.port.postMessage({ pcm: this.pcm.buffer, peak: this.peak }, [this.pcm.buffer]);
        this.fresh();
      }
    }
    return true;
  }
}

registerProcessor("pcm", Pcm);
