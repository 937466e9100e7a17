"use strict";
// The video, frame by frame: `shown(k)` is called with the number of the frame that is on the screen, as the browser itself says.
HM.Player = class {
  constructor(video, { fps, frames }, shown) {
    Object.assign(this, { video, fps, frames, shown, frame: -1, wanted: null, loop: null });
    video.addEventListener("seeked", () => {
      if (this.wanted !== null) {
        const next = this.wanted;
        this.wanted = null;
        this.seek(next);
      }
    });
    video.addEventListener("ended", () => {
      if (this.loop) {
        this.seek(this.loop[0]);
        video.play();
      }
    });
    if (video.requestVideoFrameCallback) this.watch();
    else this.poll();
  }

  watch() {
    this.video.requestVideoFrameCallback((_, about) => {
      if (!this.video.isConnected) return;
      // mediaTime is the picture's own time, which currentTime runs ahead of.
      this.at(Math.round(about.mediaTime * this.fps));
      this.watch();
    });
  }

  poll() {
    if (!this.video.isConnected && this.frame >= 0) return;
    if (!this.video.seeking && this.video.readyState >= 2) this.at(Math.floor(this.video.currentTime * this.fps + 1e-3));
    requestAnimationFrame(() => this.poll());
  }

  at(frame) {
    this.frame = Math.max(0, Math.min(this.frames - 1, frame));
    this.shown(this.frame);
    if (this.loop && !this.video.paused && (this.frame >= this.loop[1] || this.frame < this.loop[0])) this.seek(this.loop[0]);
  }

  // Asks for a frame; its middle, so that rounding never gives the one beside it. While a seek is under way only the last one asked for
  // counts.
  seek(frame) {
    const target = Math.max(0, Math.min(this.frames - 1, Math.round(frame)));
    if (this.video.seeking) {
      this.wanted = target;
      this.asked = target;
      return;
    }
    this.asked = target;
    this.video.currentTime = (target + 0.5) / this.fps;
  }

  step(by) {
    this.video.pause();
    const from = this.video.seeking && this.asked !== undefined ? this.asked : Math.max(0, this.frame);
    this.seek(from + by);
  }

  toggle() {
    if (!this.video.paused) this.video.pause();
    else {
      if (this.frame >= this.frames - 1) this.seek(this.loop ? this.loop[0] : 0);
      this.video.play();
    }
  }
};
