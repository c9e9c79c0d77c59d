// Hears of changes: by a stream of events, and where none passes by asking every few seconds. Goes on from where it was.
const HELLO_WITHIN = 8000;
const SILENT_FOR = 40_000;
const SLEPT_FOR = 20_000;
const ASKS_EVERY = 3000;
const ASKS_AT_LEAST = 15_000;
const STREAM_AGAIN_AFTER = 60_000;
const LONGEST_PAUSE = 30_000;

// So that a thousand browsers do not come back in the same instant.
const jitter = (milliseconds) => milliseconds * (0.6 + Math.random() * 0.8);

export class Connection {
  #url;
  #onNews;
  #onState;
  #seen = new Map();
  #source = null;
  #timer = 0;
  #watchdog = 0;
  #heardAt = 0;
  #failures = 0;
  #streamsFailed = 0;
  #streamAgainAt = 0;
  #pause = ASKS_EVERY;
  #isRefused = false;

  constructor(url, { onNews, onState }) {
    this.#url = url;
    this.#onNews = onNews;
    this.#onState = onState;
    addEventListener("offline", () => this.#lose());
    for (const name of ["online", "pageshow"]) addEventListener(name, () => this.wake());
    document.addEventListener("visibilitychange", () => document.hidden || this.wake());
  }

  has(board, seq) {
    return this.#seen.has(board) && this.#seen.get(board) <= seq;
  }

  // Follows these boards, each from the number that was seen of it.
  follow(seen) {
    this.#seen = new Map(seen);
    this.#isRefused = false;
    this.#begin();
  }

  stop() {
    this.#hangUp();
    clearInterval(this.#watchdog);
  }

  // After sleep, or when the network is back: what sounds alive may be dead.
  wake() {
    if (!this.#seen.size || this.#isRefused) return;
    const isSilent = performance.now() - this.#heardAt > SLEPT_FOR;
    if (this.#source === null || isSilent) this.#begin();
  }

  #begin() {
    this.#hangUp();
    clearInterval(this.#watchdog);
    this.#watchdog = setInterval(() => this.#watch(), 5000);
    if (performance.now() < this.#streamAgainAt) this.#ask();
    else this.#open();
  }

  #hangUp() {
    this.#source?.close();
    this.#source = null;
    clearTimeout(this.#timer);
  }

  #later(milliseconds, action) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(action, milliseconds);
  }

  get #address() {
    const boards = [...this.#seen].map(([board, seq]) => `${board}:${seq}`);
    return `${this.#url}?boards=${boards.join(",")}`;
  }

  #open() {
    const source = new EventSource(this.#address);
    this.#source = source;
    this.#heardAt = performance.now();
    // A proxy that waits for the end of an answer would keep everything back.
    this.#later(HELLO_WITHIN, () => this.#fail());
    source.addEventListener("hello", () => {
      clearTimeout(this.#timer);
      this.#streamsFailed = this.#failures = 0;
      this.#heard();
    });
    source.addEventListener("beat", () => this.#heard());
    source.addEventListener("news", (event) => {
      this.#heard();
      this.#take(JSON.parse(event.data));
    });
    source.addEventListener("end", () => this.#fail());
    source.addEventListener("error", () => this.#fail());
  }

  #heard() {
    this.#heardAt = performance.now();
    this.#onState("live");
  }

  #take(news) {
    if (this.#seen.has(news.board)) this.#seen.set(news.board, news.seq);
    this.#onNews(news);
  }

  #watch() {
    if (this.#source && performance.now() - this.#heardAt > SILENT_FOR) this.#fail();
  }

  // Why a stream ended it does not say: a question does.
  #fail() {
    this.#hangUp();
    this.#streamsFailed += 1;
    if (this.#streamsFailed > 2) this.#streamAgainAt = performance.now() + jitter(STREAM_AGAIN_AFTER);
    this.#ask();
  }

  #lose() {
    this.#hangUp();
    this.#onState("lost");
    this.#failures += 1;
    const pause = Math.min(LONGEST_PAUSE, 500 * 2 ** Math.min(this.#failures, 8));
    this.#later(jitter(pause), () => this.#ask());
  }

  async #ask() {
    let response;
    let told = [];
    const asked = this.#address;
    try {
      response = await fetch(asked, { headers: { Accept: "application/json", "If-None-Match": '"seen"' } });
      if (response.status === 200) told = (await response.json()).news;
    } catch {
      this.#lose();
      return;
    }
    if (asked !== this.#address || this.#source) return;
    if ([401, 403, 404].includes(response.status)) {
      this.#refuse(response.status === 401 ? "signed-out" : "refused");
    } else if (response.status === 200 || response.status === 304) this.#answered(told);
    else this.#lose();
  }

  #answered(told) {
    this.#failures = 0;
    for (const news of told) this.#take(news);
    if (performance.now() >= this.#streamAgainAt) {
      this.#later(jitter(300), () => this.#open());
      return;
    }
    this.#onState("asking");
    this.#pause = told.length ? ASKS_EVERY : Math.min(this.#pause * 1.3, ASKS_AT_LEAST);
    this.#later(jitter(document.hidden ? ASKS_AT_LEAST : this.#pause), () => this.#begin());
  }

  #refuse(state) {
    this.#isRefused = true;
    this.stop();
    this.#onState(state);
  }
}
