import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Session } from "../src/identity";
import { Outbox } from "../src/outbox";
import { NotTaken } from "../src/upload";
import { FakeServer, openPage, texts, type Page } from "./fakes";

const pass = (milliseconds = 50): Promise<unknown> => vi.advanceTimersByTimeAsync(milliseconds);

let server: FakeServer;
let page: Page;

beforeEach(async () => {
  vi.useFakeTimers();
  vi.spyOn(console, "info").mockImplementation(() => undefined);
  server = new FakeServer();
  page = openPage(server);
  page.connection.start();
  await pass();
});

afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

describe("sending", () => {
  it("tells how far a line has got", async () => {
    page.connection.say("你好");
    expect(page.store.lines[0]?.delivery).toBe("sending");
    await pass();
    expect(page.store.lines[0]?.delivery).toBe("delivered");
    expect(new Outbox(page.keep, "visitor").all()).toEqual([]);
  });

  it("sends a button's payload and shows its title", async () => {
    page.connection.say("btn:1", "拼箱");
    await pass();
    expect(server.asked).toEqual(["btn:1"]);
    expect(texts(page.store)).toEqual(["拼箱"]);
  });

  it("sends what was written without a connection once, in order", async () => {
    page.wire.drop();
    ["一", "二", "三"].forEach((text) => page.connection.say(text));
    expect(page.store.lines.map((line) => line.delivery)).toEqual(["waiting", "waiting", "waiting"]);
    await pass();
    expect(server.log).toEqual([]);
    page.wire.open();
    await pass();
    expect(server.log.map((line) => line.text)).toEqual(["一", "二", "三"]);
    expect(texts(page.store)).toEqual(["一", "二", "三"]);
  });

  it("repeats a line whose acknowledgement was lost, as the same line", async () => {
    server.silent = 1;
    page.connection.say("你好");
    await pass(150);
    expect(server.asked).toEqual(["你好", "你好"]);
    expect(server.log.length).toBe(1);
    expect(page.store.lines.map((line) => line.delivery)).toEqual(["delivered"]);
  });

  it("opens a new socket when the old one stays silent", async () => {
    server.silent = 2;
    page.connection.say("你好");
    await pass(400);
    expect(page.wire.opened).toBe(2);
    expect(server.log.length).toBe(1);
    expect(page.store.lines.map((line) => line.delivery)).toEqual(["delivered"]);
  });

  it("does not repeat what the history shows to have arrived", async () => {
    server.silent = 1;
    page.connection.say("你好");
    await pass(10);
    page.wire.drop();
    await pass(200);
    page.wire.open();
    await pass(200);
    expect(server.asked).toEqual(["你好"]);
    expect(page.store.lines.map((line) => [line.text, line.delivery])).toEqual([["你好", "delivered"]]);
  });

  it("keeps a refused line until the customer tries again, and sends the others", async () => {
    server.refusing = true;
    page.connection.say("一");
    await pass();
    server.refusing = false;
    page.connection.say("二");
    await pass();
    const [delivered, failed] = page.store.lines;
    expect([delivered?.text, failed?.text, failed?.delivery]).toEqual(["二", "一", "failed"]);
    page.connection.retry(failed?.key ?? "");
    await pass();
    expect(server.log.map((line) => line.text)).toEqual(["二", "一"]);
    expect(page.store.lines.every((line) => line.delivery === "delivered")).toBe(true);
  });

  it("takes up after a reload what was not sent", async () => {
    page.wire.drop();
    page.connection.say("还没发出去");
    const again = openPage(server, page.keep);
    again.connection.start();
    await pass();
    expect(texts(again.store)).toEqual(["还没发出去"]);
    expect(server.log.map((line) => line.text)).toEqual(["还没发出去"]);
  });
});

describe("receiving", () => {
  it("confirms what has arrived, and again when it is repeated", async () => {
    page.connection.say("你好");
    await pass();
    const line = server.speak("bot", "您好");
    server.send(line);
    expect(server.receipts.slice(-2)).toEqual([2, 2]);
    expect(texts(page.store)).toEqual(["你好", "您好"]);
  });

  it("does not confirm past a gap, and fills it", async () => {
    server.record("bot", "丢了的");
    server.speak("bot", "到了的");
    expect(server.receipts).toEqual([]);
    await pass();
    expect(texts(page.store)).toEqual(["丢了的", "到了的"]);
    expect(server.receipts.slice(-1)).toEqual([2]);
  });

  it("orders by place in the log, not by arrival", async () => {
    const [first, second] = [server.record("bot", "一"), server.record("bot", "二")];
    server.send(second);
    server.send(first);
    expect(texts(page.store)).toEqual(["一", "二"]);
  });

  it("catches up after a break, behind what it has", async () => {
    server.speak("bot", "一");
    page.wire.drop();
    server.record("bot", "二");
    const asked = vi.spyOn(server, "history");
    page.wire.open();
    await pass();
    expect(texts(page.store)).toEqual(["一", "二"]);
    expect(asked).toHaveBeenCalledWith(1);
  });

  it("shows no typing of the bot while a person has the conversation", async () => {
    page.wire.hear("typing", { author: "bot" });
    expect(page.store.typing).toBe("bot");
    server.status = "with_agent";
    server.speak("agent", "我来");
    page.wire.hear("typing", { author: "bot" });
    expect(page.store.typing).toBeNull();
  });

  it("takes over who answers when a line says so", () => {
    page.wire.hear("bot_uttered", { ...server.record("bot", "已转给同事"), status: "waiting" });
    expect(page.store.status).toBe("waiting");
  });

  it("lets typing end by itself", async () => {
    page.wire.hear("typing", { author: "bot" });
    await pass(600);
    expect(page.store.typing).toBeNull();
  });
});

describe.each([true, false])("a new conversation (named by the server: %s)", (naming) => {
  it("follows the closed one, each line once", async () => {
    server.naming = naming;
    page.connection.say("第一次");
    await pass();
    server.speak("bot", "好的");
    server.speak("system", "这次咨询先到这里");
    await pass();
    server.startAnew();
    page.connection.say("又来了");
    await pass();
    server.speak("bot", "您说");
    await pass();
    expect(texts(page.store)).toEqual(["第一次", "好的", "这次咨询先到这里", "又来了", "您说"]);
    expect(server.receipts.slice(-1)).toEqual([2]);
  });

  it("begun while the wire was down is read from its beginning", async () => {
    server.naming = naming;
    ["一", "二", "三"].forEach((text) => server.speak("bot", text));
    await pass();
    page.wire.drop();
    server.startAnew();
    server.record("customer", "从手机上", { own_id: "other" });
    server.record("bot", "您说");
    page.wire.open();
    await pass();
    expect(texts(page.store)).toEqual(["一", "二", "三", "从手机上", "您说"]);
  });
});

describe("sessions", () => {
  it("keeps the token and asks for it again", async () => {
    expect(page.keep.get("wenhuo.session.visitor")).toBe("token-1");
    const asked: (string | null)[] = [];
    server.confirms = (token) => (asked.push(token), token ?? "token-2");
    openPage(server, page.keep).connection.start();
    await pass();
    expect(asked).toEqual(["token-1"]);
  });

  it("says so when the old session has run out", async () => {
    server.speak("bot", "旧的");
    server.startAnew();
    server.confirms = () => "token-2";
    page.wire.drop();
    page.wire.open();
    await pass();
    expect(texts(page.store)).toEqual([]);
    expect(page.store.notice).toContain("过期");
  });

  it("shows nothing of the one to the other", async () => {
    server.speak("bot", "给访客的");
    server.startAnew();
    page.connection.switchTo(new Session(page.keep, "P1", "token-of-p1"), new Outbox(page.keep, "P1"));
    await pass();
    expect(texts(page.store)).toEqual([]);
    expect(page.keep.get("wenhuo.session.P1")).toBeNull();
    expect(page.store.link).toBe("online");
  });
});

describe("files", () => {
  const photo = (): File => new File(["x"], "破损.png", { type: "image/png" });

  it("uploads first and sends the line after, with what the page can show", async () => {
    page.connection.sendFile(photo(), "blob:1");
    expect(page.store.lines[0]).toMatchObject({ delivery: "uploading", progress: 50, files: [{ url: "blob:1" }] });
    await pass();
    expect(server.uploaded).toEqual(["token-1:破损.png"]);
    expect(server.attached).toEqual(["file-1"]);
    expect(page.store.lines[0]?.delivery).toBe("delivered");
    expect(page.store.lines[0]?.files[0]?.url).toBe("blob:1");
  });

  it("waits for the connection, and lets words go first", async () => {
    page.wire.drop();
    page.connection.sendFile(photo(), "blob:1");
    page.connection.say("看照片");
    await pass();
    expect(server.uploaded).toEqual([]);
    page.wire.open();
    await pass();
    expect(server.asked).toEqual(["看照片", ""]);
    expect(server.attached).toEqual(["file-1"]);
  });

  it("says why a file was not taken, and tries again only where that can help", async () => {
    server.notTaken = new NotTaken("网络不稳", true);
    page.connection.sendFile(photo(), "blob:1");
    await pass();
    const failed = page.store.lines[0];
    expect(failed).toMatchObject({ delivery: "failed", reason: "网络不稳", again: true });
    server.notTaken = null;
    page.connection.retry(failed?.key ?? "");
    await pass();
    expect(page.store.lines[0]?.delivery).toBe("delivered");
    server.notTaken = new NotTaken("太大", false);
    page.connection.sendFile(photo(), "blob:2");
    await pass();
    expect(page.store.lines[1]).toMatchObject({ delivery: "failed", reason: "太大", again: false });
    expect(server.attached).toEqual(["file-1"]);
  });

  it("brings several one after the other", async () => {
    [1, 2, 3].forEach((n) => page.connection.sendFile(new File(["x"], `${n}.png`), `blob:${n}`));
    await pass(100);
    expect(server.uploaded).toEqual(["token-1:1.png", "token-1:2.png", "token-1:3.png"]);
    expect(server.attached).toEqual(["file-1", "file-2", "file-3"]);
  });

  it("sends nothing in the name of somebody else", async () => {
    page.connection.sendFile(photo(), "blob:1");
    const other = new Session(page.keep, "P1001", "token-2");
    page.connection.switchTo(other, new Outbox(page.keep, "P1001"));
    await pass(100);
    expect(server.attached).toEqual([]);
    expect(page.store.lines).toEqual([]);
  });

  it("shows what the history says of a file, but no foreign address", async () => {
    page.wire.drop();
    const own = { id: "a", media_type: "image/png", name: "a.png", url: "/files/6a0f4b0e-1?expires=1&signature=2" };
    server.record("customer", "", { own_id: "x", files: [own, { ...own, url: "https://evil.example/a.png" }] });
    page.wire.open();
    await pass();
    expect(page.store.lines[0]?.files.map((file) => file.url)).toEqual([own.url, ""]);
  });
});

