/** As whom the page speaks: a visitor, or in demo mode one of the demo company's customers. */

import { isObject } from "./protocol";
import type { Keep } from "./storage";

export const VISITOR = "visitor";
const CHOSEN = "wenhuo.who";

/** Someone to try the desk as; `token` is what the firm's own site would sign. */
export interface DemoIdentity {
  code: string;
  name: string;
  company: string;
  token: string;
}

/** Where tokens and unsent lines of one identity are kept. */
export class Session {
  constructor(
    private readonly keep: Keep,
    /** `visitor`, or a contact's code. */
    readonly slot: string,
    /** Signed elsewhere for a known customer; null: the token of this browser. */
    private given: string | null = null,
  ) {}

  /** Null: the server will make a new visitor. */
  get token(): string | null {
    return this.given ?? this.keep.get(`wenhuo.session.${this.slot}`);
  }

  /** Keeps what the server confirmed. True: it opened another session than the one asked for. */
  confirmed(token: string): boolean {
    const asked = this.token;
    // A given token that has run out would open a new visitor at each reconnection.
    if (this.given !== token) this.given = null;
    if (this.given === null) this.keep.set(`wenhuo.session.${this.slot}`, token);
    return asked !== null && asked !== token;
  }
}

export function chosenSlot(keep: Keep): string {
  return keep.get(CHOSEN) ?? VISITOR;
}

export function choose(keep: Keep, slot: string): void {
  if (slot === VISITOR) keep.remove(CHOSEN);
  else keep.set(CHOSEN, slot);
}

/** Empty: not in demo mode (the address is not there), or not to be had now. */
export async function demoIdentities(): Promise<DemoIdentity[]> {
  try {
    const response = await fetch("/demo/identities", { signal: soon() });
    if (!response.ok) return [];
    const found: unknown = await response.json();
    return Array.isArray(found) ? found.filter(isDemoIdentity) : [];
  } catch (error) {
    console.warn("wenhuo: no demo identities", error);
    return [];
  }
}

function soon(): AbortSignal {
  const controller = new AbortController();
  setTimeout(() => controller.abort(), 5000);
  return controller.signal;
}

function isDemoIdentity(value: unknown): value is DemoIdentity {
  return isObject(value) && ["code", "name", "company", "token"].every((field) => typeof value[field] === "string");
}
