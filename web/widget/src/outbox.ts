/** The customer's own lines that the server has not acknowledged. They outlive a reload. */

import { isObject, type WireFile } from "./protocol";
import type { Keep } from "./storage";

export interface Unsent {
  id: string;
  /** What goes over the wire: the text, or a button's payload. */
  message: string;
  /** What the customer sees. */
  shown: string;
  /** Milliseconds since 1970. */
  at: number;
  /** Files that the server has already. */
  files: WireFile[];
}

/**
 * A key for each line, so that two windows of one customer do not overwrite each other's.
 * Both may send a line after a reload; its id makes it one message.
 */
export class Outbox {
  private readonly prefix: string;

  constructor(
    private readonly keep: Keep,
    slot: string,
  ) {
    this.prefix = `wenhuo.unsent.${slot}.`;
  }

  /** In the order they were written. */
  all(): Unsent[] {
    return this.keep
      .keys()
      .filter((key) => key.startsWith(this.prefix))
      .map((key) => readUnsent(this.keep.get(key)))
      .filter((unsent): unsent is Unsent => unsent !== null)
      .sort((a, b) => a.at - b.at);
  }

  add(unsent: Unsent): void {
    this.keep.set(this.prefix + unsent.id, JSON.stringify(unsent));
  }

  remove(id: string): void {
    this.keep.remove(this.prefix + id);
  }
}

function readUnsent(stored: string | null): Unsent | null {
  try {
    const value: unknown = JSON.parse(stored ?? "null");
    if (!isObject(value) || typeof value["at"] !== "number") return null;
    const { id, message, shown } = value;
    if (typeof id !== "string" || typeof message !== "string" || typeof shown !== "string") return null;
    // Kept by an earlier page, it has no files.
    const files = Array.isArray(value["files"]) ? (value["files"] as WireFile[]) : [];
    return { id, message, shown, at: value["at"], files };
  } catch (error) {
    console.warn("wenhuo: an unsent line in the browser's storage cannot be read", error);
    return null;
  }
}

/** 32 hexadecimal digits. Not `randomUUID`: browsers have it only under https. */
export function freshId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
