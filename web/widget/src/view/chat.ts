/** `<wenhuo-chat firm="…">`: the whole conversation in a shadow root, so that no page's styles reach into it. */

import { Connection } from "../connection";
import { Session, VISITOR, choose, chosenSlot, demoIdentities, type DemoIdentity } from "../identity";
import { Outbox } from "../outbox";
import { browserKeep } from "../storage";
import { Store } from "../store";
import { styles } from "../styles";
import { SocketWire } from "../wire";
import { Banner } from "./banner";
import { chooser } from "./chooser";
import { Composer } from "./composer";
import { el } from "./dom";
import { Header } from "./header";
import { Log } from "./log";
import { shortcuts, welcome } from "./topics";
import { Unread } from "./unread";

export class WenhuoChat extends HTMLElement {
  private readonly keep = browserKeep();
  private readonly store = new Store();
  private connection: Connection | null = null;
  private identities: DemoIdentity[] = [];

  async connectedCallback(): Promise<void> {
    if (this.shadowRoot) return;
    const place = this.build();
    this.identities = await demoIdentities();
    const slot = this.identities.some((one) => one.code === chosenSlot(this.keep)) ? chosenSlot(this.keep) : VISITOR;
    if (this.identities.length > 0) place.replaceWith(chooser(this.identities, slot, (to) => this.become(to)));
    this.connection = new Connection(new SocketWire(), this.store, this.session(slot), new Outbox(this.keep, slot));
    this.listen(this.connection);
    this.connection.start();
  }

  /** Returns the place of the demo chooser. */
  private build(): HTMLElement {
    const firm = this.getAttribute("firm") ?? "";
    const say = (text: string): void => this.connection?.say(text);
    const header = new Header(firm);
    const banner = new Banner();
    const composer = new Composer(say, (files) => {
      files.forEach((file) => this.connection?.sendFile(file, URL.createObjectURL(file)));
    });
    const quick = shortcuts(say);
    const log = new Log(welcome(firm, say), {
      press: (payload, title) => {
        this.connection?.say(payload, title);
        // With a keyboard at hand the focus goes on; on a phone it would open the keys over the answer.
        if (window.matchMedia("(hover: hover)").matches) composer.focus();
      },
      retry: (id) => this.connection?.retry(id),
    });
    const unread = new Unread();
    const render = (): void => {
      // A person needs no menu, and who waits for one has asked already.
      quick.hidden = this.store.lines.length === 0 || ["waiting", "with_agent"].includes(this.store.status);
      [header, banner, log, unread].forEach((part) => part.render(this.store));
    };
    this.store.watch(render);
    document.addEventListener("visibilitychange", render);
    const place = el("div");
    const main = el("main", "stage", log.element, log.jump);
    const root = this.attachShadow({ mode: "open" });
    const chat = el("div", "chat", header.element, place, banner.element, main, quick, composer.element);
    composer.attach.listenTo(chat);
    root.append(el("style", "", styles), chat);
    render();
    return place;
  }

  private listen(connection: Connection): void {
    window.addEventListener("online", () => connection.hurry());
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden) connection.hurry();
    });
  }

  private session(slot: string): Session {
    const identity = this.identities.find((one) => one.code === slot);
    return new Session(this.keep, slot, identity?.token ?? null);
  }

  private become(slot: string): void {
    choose(this.keep, slot);
    this.connection?.switchTo(this.session(slot), new Outbox(this.keep, slot));
  }
}
