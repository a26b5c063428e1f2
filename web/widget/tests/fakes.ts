/** A server in memory behind the wire, with the faults of a real network. */

import { Connection } from "../src/connection";
import { Session } from "../src/identity";
import { Outbox } from "../src/outbox";
import { Forgetful, type Keep } from "../src/storage";
import { Store } from "../src/store";
import { NotTaken, type Upload } from "../src/upload";
import type { Wire } from "../src/wire";

export interface Recorded {
  seq: number;
  id: string;
  own_id?: string;
  text: string;
  author: string;
  created_at: string;
  quick_replies?: { title: string; payload: string }[];
  files?: { id: string; media_type: string; name: string; url: string }[];
}

/** Records like the real one: the same id is one message; places without gaps. */
export class FakeServer {
  log: Recorded[] = [];
  conversation = "c1";
  status = "with_bot";
  receipts: number[] = [];
  asked: unknown[] = [];
  /** Names of the files that came, and the ids that came with lines. */
  uploaded: string[] = [];
  attached: string[] = [];
  /** What uploads fail with; null: they do not. */
  notTaken: NotTaken | null = null;
  /** Acknowledgements to swallow after the message has been recorded. */
  silent = 0;
  /** Messages to refuse. */
  refusing = false;
  /** Whether lines and acknowledgements name their conversation. */
  naming = false;
  confirms: (asked: string | null) => string = (asked) => asked ?? "token-1";
  wire: FakeWire | null = null;

  readonly upload: Upload = async (file, token, progress) => {
    progress(50);
    await new Promise((done) => setTimeout(done, 5));
    if (this.notTaken) throw this.notTaken;
    this.uploaded.push(`${token}:${file.name}`);
    return { id: `file-${this.uploaded.length}`, mediaType: "image/png", name: file.name, url: "" };
  };

  utter(data: { message: string; id: string; files?: string[] }): unknown {
    this.asked.push(data.message);
    this.attached.push(...(data.files ?? []));
    if (this.refusing) return { error: "contact_unknown" };
    const known = this.log.find((line) => line.own_id === data.id);
    const line = known ?? this.record("customer", data.message, { own_id: data.id });
    return { id: data.id, seq: line.seq, ...this.named() };
  }

  /** Records without telling anybody. */
  record(author: string, text: string, more: Partial<Recorded> = {}): Recorded {
    const seq = this.log.length + 1;
    const at = new Date(Date.UTC(2026, 10, 21, 2, 0, seq)).toISOString();
    const line = { seq, id: `${this.conversation}-${seq}`, text, author, created_at: at, ...more };
    this.log.push(line);
    return line;
  }

  /** Records and sends. */
  speak(author: string, text: string, more: Partial<Recorded> = {}): Recorded {
    const line = this.record(author, text, more);
    this.send(line);
    return line;
  }

  send(line: Recorded): void {
    this.wire?.hear("bot_uttered", { ...line, ...this.named() });
  }

  history(after: number): unknown {
    const messages = this.log.filter((line) => line.seq > after);
    return { status: this.status, conversation: this.conversation, messages };
  }

  /** The conversation is closed; the next line opens a new one. */
  startAnew(): void {
    this.log = [];
    this.conversation = `c${Number(this.conversation.slice(1)) + 1}`;
  }

  private named(): object {
    return this.naming ? { conversation: this.conversation } : {};
  }
}

export class FakeWire implements Wire {
  connected = false;
  opened = 0;
  private readonly heard = new Map<string, (data: unknown) => void>();

  constructor(readonly server: FakeServer) {
    server.wire = this;
  }

  on(event: string, heard: (data: unknown) => void): void {
    this.heard.set(event, heard);
  }

  hear(event: string, data: unknown): void {
    if (this.connected || event === "disconnect") this.heard.get(event)?.(data);
  }

  emit(event: string, data: { session_id: string | null; seq: number }): void {
    if (event === "session_request") {
      const token = this.server.confirms(data.session_id);
      setTimeout(() => this.hear("session_confirm", token), 1);
    }
    if (event === "receipt") this.server.receipts.push(data.seq);
  }

  request(event: string, data: { message: string; id: string; after: number }, within: number): Promise<unknown> {
    if (!this.connected) return Promise.reject(new Error("not connected"));
    const answer = event === "history" ? this.server.history(data.after) : this.server.utter(data);
    const swallowed = event === "user_uttered" && this.server.silent-- > 0;
    return new Promise((resolve, reject) => {
      setTimeout(() => {
        if (!swallowed && this.connected) resolve(answer);
        else reject(new Error("operation has timed out"));
      }, swallowed ? within : 1);
    });
  }

  open(): void {
    if (this.connected) return;
    this.connected = true;
    this.opened += 1;
    this.hear("connect", undefined);
  }

  close(): void {
    this.drop("io client disconnect");
  }

  drop(reason = "transport close"): void {
    if (!this.connected) return;
    this.connected = false;
    this.hear("disconnect", reason);
  }
}

export interface Page {
  connection: Connection;
  store: Store;
  wire: FakeWire;
  keep: Keep;
}

/** A page that has been opened against a server. */
export function openPage(server: FakeServer, keep: Keep = new Forgetful()): Page {
  const wire = new FakeWire(server);
  const store = new Store();
  const patience = { answer: 100, gap: 10, typing: 500 };
  const connection = new Connection(wire, store, new Session(keep, "visitor"), new Outbox(keep, "visitor"), patience, server.upload);
  return { connection, store, wire, keep };
}

export function texts(store: Store): string[] {
  return store.lines.map((line) => line.text);
}
