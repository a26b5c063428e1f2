/** Carries lines to the server until it has them, and fetches what was missed. Nothing is lost, nothing comes twice. */

import type { Session } from "./identity";
import { freshId, type Outbox, type Unsent } from "./outbox";
import { readAuthor, readHistory, readLine, readUttered, type WireFile } from "./protocol";
import type { Store } from "./store";
import { NotTaken, uploadFile, type Upload } from "./upload";
import type { Wire } from "./wire";

/** Milliseconds. */
export interface Patience {
  /** For an answer of the server. */
  answer: number;
  /** For a line between two others to come by itself, before it is asked for. */
  gap: number;
  /** Typing dots without an answer. */
  typing: number;
}

const PATIENCE: Patience = { answer: 6000, gap: 400, typing: 12_000 };
/** Unanswered tries on an open socket after which the socket itself is taken for dead. */
const TRIES_PER_SOCKET = 2;

export class Connection {
  private queue: Unsent[] = [];
  /** Files that have not arrived, by the line they belong to. They do not outlive the page: a browser keeps no such bytes. */
  private files = new Map<string, { file: File; shown: WireFile; at: number }>();
  /** Lines whose files wait for their turn. */
  private uploads: string[] = [];
  private uploading = false;
  /** Counts sessions on the wire: what was begun in an earlier one comes to nothing. */
  private epoch = 0;
  private ready = false;
  private pumping = false;
  private fetching = false;
  private receipted = 0;
  private timers: Record<"confirm" | "gap" | "typing", ReturnType<typeof setTimeout> | undefined> = {
    confirm: undefined,
    gap: undefined,
    typing: undefined,
  };

  constructor(
    private readonly wire: Wire,
    private readonly store: Store,
    private session: Session,
    private outbox: Outbox,
    private readonly patience: Patience = PATIENCE,
    private readonly upload: Upload = uploadFile,
  ) {
    wire.on("connect", () => this.hello());
    wire.on("disconnect", (reason) => this.down(reason));
    wire.on("session_confirm", (token) => void this.confirmed(token));
    wire.on("bot_uttered", (data) => this.heard(data));
    wire.on("typing", (data) => this.startTyping(data));
  }

  /** Opens the wire and takes up what an earlier page left unsent. */
  start(): void {
    this.queue = this.outbox.all();
    this.showUnsent();
    this.wire.open();
  }

  /** Speaks as somebody else from now on. */
  switchTo(session: Session, outbox: Outbox): void {
    this.wire.close();
    this.down("switch");
    this.session = session;
    this.outbox = outbox;
    this.receipted = 0;
    this.files.clear();
    this.uploads = [];
    this.store.reset();
    this.store.setLink("connecting");
    this.start();
  }

  /** The device or the customer says that it is worth a try now. */
  hurry(): void {
    this.wire.open();
  }

  /** Says something. `shown`: what the customer sees where the wire carries a button's payload. */
  say(message: string, shown: string = message): void {
    const unsent = { id: freshId(), message, shown, at: Date.now(), files: [] };
    this.outbox.add(unsent);
    this.store.addOwn(unsent.id, shown, unsent.at);
    this.queue.push(unsent);
    void this.pump();
  }

  /** Sends a file, as a line of its own. `url`: where the page itself can show it. */
  sendFile(file: File, url: string): void {
    const id = freshId();
    const shown = { id: "", mediaType: file.type, name: file.name, url };
    this.files.set(id, { file, shown, at: Date.now() });
    this.showUnsent();
    this.uploads.push(id);
    void this.pumpUploads();
  }

  /** Sends a refused line once more. */
  retry(id: string): void {
    if (this.files.has(id)) {
      this.store.setDelivery(id, "waiting");
      if (!this.uploads.includes(id)) this.uploads.push(id);
      void this.pumpUploads();
      return;
    }
    const unsent = this.outbox.all().find((kept) => kept.id === id);
    if (!unsent) return;
    this.store.setDelivery(id, "waiting");
    if (!this.queue.some((queued) => queued.id === id)) this.queue.push(unsent);
    this.wire.open();
    void this.pump();
  }

  private showUnsent(): void {
    this.queue.forEach((unsent) => this.store.addOwn(unsent.id, unsent.shown, unsent.at, unsent.files));
    this.files.forEach(({ shown, at }, id) => this.store.addOwn(id, "", at, [shown]));
  }

  private hello(): void {
    clearTimeout(this.timers.confirm);
    this.timers.confirm = setTimeout(() => this.hello(), this.patience.answer);
    this.wire.emit("session_request", { session_id: this.session.token, receipts: true });
  }

  private down(reason: unknown): void {
    this.epoch += 1;
    this.ready = false;
    clearTimeout(this.timers.confirm);
    clearTimeout(this.timers.gap);
    this.queue.forEach((unsent) => this.store.setDelivery(unsent.id, "waiting"));
    this.store.setLink("offline");
    // The library comes back by itself, except when the server closed the door.
    if (reason === "io server disconnect") this.wire.open();
  }

  private async confirmed(token: unknown): Promise<void> {
    if (typeof token !== "string") return;
    clearTimeout(this.timers.confirm);
    const epoch = ++this.epoch;
    if (this.session.confirmed(token)) {
      this.store.reset();
      this.receipted = 0;
      this.showUnsent();
      this.store.setNotice("之前的会话已过期，现在以访客身份继续。");
    }
    this.store.setLink("online");
    // History first: it tells which of the unsent lines had arrived before the wire broke.
    await this.catchUp();
    if (epoch !== this.epoch) return;
    this.ready = true;
    void this.pumpUploads();
    await this.pump();
  }

  /** Brings files to the server, one at a time, and queues each one's line as soon as it is there. */
  private async pumpUploads(): Promise<void> {
    if (this.uploading || !this.ready) return;
    this.uploading = true;
    try {
      for (let id = this.uploads[0]; this.ready && id; id = this.uploads[0]) {
        await this.bring(id);
        this.uploads = this.uploads.filter((waiting) => waiting !== id);
      }
    } finally {
      this.uploading = false;
    }
    if (this.ready && this.uploads.length > 0) void this.pumpUploads();
  }

  private async bring(id: string): Promise<void> {
    const { session, outbox } = this;
    const waiting = this.files.get(id);
    if (!waiting || session.token === null) return;
    const mine = (): boolean => this.session === session;
    try {
      this.store.setProgress(id, 0);
      const taken = await this.upload(waiting.file, session.token, (percent) => mine() && this.store.setProgress(id, percent));
      // Somebody else is at the page by now: the file stays with who sent it, without a line.
      if (!mine()) return;
      this.files.delete(id);
      const unsent = { id, message: "", shown: "", at: Date.now(), files: [taken] };
      outbox.add(unsent);
      this.queue.push(unsent);
      this.store.setDelivery(id, "waiting");
      void this.pump();
    } catch (error) {
      if (!mine()) return;
      const why = error instanceof NotTaken ? error : new NotTaken("没传上去，请稍后再试", true);
      this.store.setRefused(id, why.message, why.again);
    }
  }

  /** Fetches what stands behind the last complete place. */
  private async catchUp(): Promise<void> {
    const epoch = this.epoch;
    const after = this.store.complete;
    const answer = await this.ask("history", { after });
    const history = epoch === this.epoch ? readHistory(answer) : null;
    if (history === null) return;
    if (!this.store.addHistory(history, after)) {
      this.receipted = 0;
      return this.catchUp();
    }
    this.dropRecorded();
    this.confirmReceipt();
  }

  /** Unsent lines that turn up in the log have been sent. */
  private dropRecorded(): void {
    const recorded = new Set(this.store.lines.filter((line) => line.seq > 0).map((line) => line.key));
    this.queue.filter((unsent) => recorded.has(unsent.id)).forEach((unsent) => this.outbox.remove(unsent.id));
    this.queue = this.queue.filter((unsent) => !recorded.has(unsent.id));
  }

  /** Sends what waits, one line at a time: the server would take up two at once in any order. */
  private async pump(): Promise<void> {
    if (this.pumping || !this.ready) return;
    this.pumping = true;
    try {
      let tries = 0;
      for (let next = this.queue[0]; this.ready && next; next = this.queue[0]) {
        tries = (await this.deliver(next, tries > 0)) ? 0 : tries + 1;
        if (tries >= TRIES_PER_SOCKET) this.reopen();
      }
    } finally {
      this.pumping = false;
    }
  }

  /** One try. False: no answer came. */
  private async deliver(unsent: Unsent, again: boolean): Promise<boolean> {
    const { outbox, epoch } = this;
    this.store.setDelivery(unsent.id, again ? "slow" : "sending");
    const answer = await this.ask("user_uttered", {
      message: unsent.message,
      id: unsent.id,
      ...(unsent.files.length > 0 && { files: unsent.files.map((file) => file.id) }),
    });
    if (answer === undefined) return epoch !== this.epoch;
    this.queue = this.queue.filter((queued) => queued.id !== unsent.id);
    const uttered = readUttered(answer);
    if (uttered === null) {
      // Kept, so that a reload shows it again; not sent again unless the customer says so.
      this.store.setDelivery(unsent.id, "failed");
      return true;
    }
    outbox.remove(unsent.id);
    const unnamed = this.store.knownConversation === "";
    this.store.acknowledged(unsent.id, uttered);
    this.look(unnamed);
    return true;
  }

  /** The acknowledgement; undefined when none came in time. */
  private async ask(event: string, data: unknown): Promise<unknown> {
    try {
      return (await this.wire.request(event, data, this.patience.answer)) ?? null;
    } catch (error) {
      console.info(`wenhuo: no answer to ${event}`, error);
      return undefined;
    }
  }

  private reopen(): void {
    this.wire.close();
    this.down("silent");
    this.wire.open();
  }

  private heard(data: unknown): void {
    const line = readLine(data);
    if (line === null) return;
    this.store.add(line);
    if (line.author !== "customer") clearTimeout(this.timers.typing);
    // A line of the desk itself says that the conversation has changed hands.
    this.look(line.author === "system");
    this.confirmReceipt(true);
  }

  /** Asks for the log when something is missing, or at once when `anyway`. */
  private look(anyway: boolean): void {
    if (!anyway && !this.store.hasGap) {
      this.confirmReceipt();
      return;
    }
    clearTimeout(this.timers.gap);
    this.timers.gap = setTimeout(() => void this.fill(anyway), this.patience.gap);
  }

  private async fill(anyway: boolean): Promise<void> {
    if (this.fetching || !this.ready || !(anyway || this.store.hasGap)) return;
    this.fetching = true;
    try {
      await this.catchUp();
    } finally {
      this.fetching = false;
    }
  }

  /** Tells the server how far everything has arrived. `again`: a line was repeated, so an earlier receipt got lost. */
  private confirmReceipt(again = false): void {
    const seq = this.store.complete;
    if (seq === 0 || (seq === this.receipted && !again)) return;
    this.receipted = seq;
    this.wire.emit("receipt", { seq, conversation: this.store.knownConversation });
  }

  private startTyping(data: unknown): void {
    this.store.setTyping(readAuthor(data));
    clearTimeout(this.timers.typing);
    this.timers.typing = setTimeout(() => {
      this.store.setTyping(null);
      // Nobody answered: perhaps a person has it by now.
      void this.fill(true);
    }, this.patience.typing);
  }
}
