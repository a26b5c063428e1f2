/** What goes over the wire: Rasa's Socket.IO events with our own fields beside them. */

export type Author = "customer" | "bot" | "agent" | "system";

/** Who answers. Empty: not known yet. */
export type Status = "with_bot" | "waiting" | "with_agent" | "closed" | "";

export interface QuickReply {
  title: string;
  payload: string;
}

/** A photo, a voice message or a document. */
export interface WireFile {
  id: string;
  mediaType: string;
  /** Empty: it had none. */
  name: string;
  /** Where it opens for a while: on the server, or `blob:` for what this page has just sent. Empty: nowhere. */
  url: string;
}

/** One line of the log, from `bot_uttered` or `history`. */
export interface WireLine {
  text: string;
  author: Author;
  /** Place in the log, from 1 without gaps within a conversation. */
  seq: number;
  /** The server's id of the line. */
  id: string;
  /** The client's own id; only on lines of the customer. Empty: not a line of the customer. */
  ownId: string;
  /** Name of the person who wrote it; empty when the server does not say. */
  name: string;
  replies: QuickReply[];
  /** Address of a picture; empty: none. */
  image: string;
  files: WireFile[];
  /** Milliseconds since 1970. */
  at: number;
  /** Empty: the server does not say. */
  conversation: string;
  /** Who answers from this line on; lines of the history do not say. */
  status: Status;
}

export interface Uttered {
  seq: number;
  conversation: string;
  status: Status;
  /** Milliseconds since 1970; 0: the server does not say. */
  at: number;
}

export interface History {
  status: Status;
  conversation: string;
  lines: WireLine[];
}

const AUTHORS: readonly string[] = ["customer", "bot", "agent", "system"];
const STATUSES: readonly string[] = ["with_bot", "waiting", "with_agent", "closed"];

/** A line of the log; null when it has another shape. */
export function readLine(data: unknown): WireLine | null {
  if (!isObject(data) || typeof data["seq"] !== "number" || typeof data["id"] !== "string") return null;
  return {
    text: text(data["text"]),
    author: AUTHORS.includes(text(data["author"])) ? (data["author"] as Author) : "bot",
    seq: data["seq"],
    id: data["id"],
    ownId: text(data["own_id"]),
    name: text(data["name"]),
    replies: readReplies(data["quick_replies"]),
    image: readImage(data["attachment"]),
    files: readFiles(data["files"]),
    at: readTime(data["created_at"]) || Date.now(),
    conversation: text(data["conversation"]),
    status: readStatus(data["status"]),
  };
}

/** The acknowledgement of `user_uttered`; null when the server refused the message. */
export function readUttered(data: unknown): Uttered | null {
  if (!isObject(data) || typeof data["seq"] !== "number") return null;
  return {
    seq: data["seq"],
    conversation: text(data["conversation"]),
    status: readStatus(data["status"]),
    at: readTime(data["created_at"]),
  };
}

/** The acknowledgement of `history`; null when the server refused it. */
export function readHistory(data: unknown): History | null {
  if (!isObject(data) || !Array.isArray(data["messages"])) return null;
  const conversation = text(data["conversation"]);
  const lines = data["messages"].map(readLine).filter((line): line is WireLine => line !== null);
  const status = readStatus(data["status"]);
  return { status, conversation, lines: lines.map((line) => ({ ...line, conversation: line.conversation || conversation })) };
}

export function readAuthor(data: unknown): Author {
  return isObject(data) && data["author"] === "agent" ? "agent" : "bot";
}

export function isObject(data: unknown): data is Record<string, unknown> {
  return typeof data === "object" && data !== null && !Array.isArray(data);
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function readStatus(value: unknown): Status {
  return STATUSES.includes(text(value)) ? (value as Status) : "";
}

function readTime(value: unknown): number {
  return typeof value === "string" ? Date.parse(value) || 0 : 0;
}

function readReplies(value: unknown): QuickReply[] {
  if (!Array.isArray(value)) return [];
  return value
    .filter(isObject)
    .map((reply) => ({ title: text(reply["title"]), payload: text(reply["payload"]) }))
    .filter((reply) => reply.title !== "" && reply.payload !== "");
}

/** Only addresses that a picture may have under our content policy; a script address is not among them. */
function readImage(value: unknown): string {
  if (!isObject(value) || value["type"] !== "image" || !isObject(value["payload"])) return "";
  const source = text(value["payload"]["src"]);
  return /^(https:\/\/|data:image\/|\/(?!\/))/i.test(source) ? source : "";
}

/** Only addresses of our own for files. */
function readFiles(value: unknown): WireFile[] {
  if (!Array.isArray(value)) return [];
  return value.filter(isObject).map((file) => ({
    id: text(file["id"]),
    mediaType: text(file["media_type"]),
    name: text(file["name"]),
    url: /^\/files\/[\w-]+\?/.test(text(file["url"])) ? text(file["url"]) : "",
  }));
}
