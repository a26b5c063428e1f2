/** What the browser keeps for us, and what stands in where it keeps nothing (private windows, blocked site data). */

export interface Keep {
  get(key: string): string | null;
  set(key: string, value: string): void;
  remove(key: string): void;
  keys(): string[];
}

/** Lives as long as the page. */
export class Forgetful implements Keep {
  private readonly values = new Map<string, string>();

  get(key: string): string | null {
    return this.values.get(key) ?? null;
  }

  set(key: string, value: string): void {
    this.values.set(key, value);
  }

  remove(key: string): void {
    this.values.delete(key);
  }

  keys(): string[] {
    return [...this.values.keys()];
  }
}

/** The browser's storage. A full store is met by memory: the message must go out, even if a reload would forget it. */
export class BrowserKeep implements Keep {
  private readonly overflow = new Forgetful();

  constructor(private readonly storage: Storage) {}

  get(key: string): string | null {
    return this.overflow.get(key) ?? this.storage.getItem(key);
  }

  set(key: string, value: string): void {
    try {
      this.storage.setItem(key, value);
      this.overflow.remove(key);
    } catch (error) {
      console.warn("wenhuo: the browser's storage is full", error);
      this.overflow.set(key, value);
    }
  }

  remove(key: string): void {
    this.overflow.remove(key);
    this.storage.removeItem(key);
  }

  keys(): string[] {
    return [...new Set([...Object.keys(this.storage), ...this.overflow.keys()])];
  }
}

export function browserKeep(): Keep {
  try {
    const storage = window.localStorage;
    storage.getItem("wenhuo.trial");
    return new BrowserKeep(storage);
  } catch (error) {
    console.warn("wenhuo: the browser keeps nothing, a reload starts anew", error);
    return new Forgetful();
  }
}
