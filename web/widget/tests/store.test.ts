import { describe, expect, it } from "vitest";
import { readHistory, readLine } from "../src/protocol";
import { currentOffer, Store, type Line } from "../src/store";
import { moment } from "../src/view/times";

const YES = { title: "是", payload: "btn:1" };

function line(author: Line["author"], text: string, replies: Line["replies"] = []): Line {
  return { key: text, author, text, replies, name: "", image: "", files: [], progress: 0, reason: "", again: true, at: 0, run: 1, seq: 1, delivery: null };
}

describe("the buttons that may be pressed", () => {
  it("are those under what was said last", () => {
    expect(currentOffer([line("bot", "好吗", [YES])])).toEqual({ after: "好吗", replies: [YES], used: null });
  });

  it("go when something newer was said", () => {
    const lines = [line("bot", "好吗", [YES]), line("customer", "等等"), line("bot", "好")];
    expect(currentOffer(lines)).toBeNull();
  });

  it("stay when two lines were said at once and the first has them", () => {
    expect(currentOffer([line("bot", "好吗", [YES]), line("bot", "不急")])?.after).toBe("好吗");
  });

  it("stay usable while the customer writes something else, and are used when pressed", () => {
    const asked = line("bot", "已转人工", [YES]);
    expect(currentOffer([asked, line("customer", "快点")])?.used).toBeNull();
    expect(currentOffer([asked, line("customer", "快点"), line("customer", "是")])?.used).toBe("btn:1");
  });
});

describe("what comes over the wire", () => {
  it("is refused in another shape", () => {
    expect(readLine("text")).toBeNull();
    expect(readLine({ text: "no place" })).toBeNull();
    expect(readHistory({ error: "x" })).toBeNull();
  });

  it.each(["javascript:alert(1)", "http://plain.example/a.png", "//other.example/a.png"])("shows no picture from %s", (src) => {
    const read = readLine({ seq: 1, id: "a", text: "", author: "bot", attachment: { type: "image", payload: { src } } });
    expect(read?.image).toBe("");
  });

  it("shows a picture from an https address", () => {
    const attachment = { type: "image", payload: { src: "https://files.example/a.png" } };
    expect(readLine({ seq: 1, id: "a", author: "bot", attachment })?.image).toBe("https://files.example/a.png");
  });
});

describe("the store", () => {
  it("calls once for all changes of one task", async () => {
    const store = new Store();
    let calls = 0;
    store.watch(() => (calls += 1));
    store.addOwn("a", "一", 1);
    store.addOwn("b", "二", 2);
    await Promise.resolve();
    expect(calls).toBe(1);
  });
});

describe("times", () => {
  const now = new Date(2026, 10, 21, 10, 0).getTime();
  it.each([
    [new Date(2026, 10, 21, 9, 5), "09:05"],
    [new Date(2026, 10, 20, 23, 59), "昨天 23:59"],
    [new Date(2026, 0, 2, 0, 0), "1月2日 00:00"],
    [new Date(2025, 11, 31, 8, 0), "2025年12月31日 08:00"],
  ])("%s", (day, expected) => expect(moment(day.getTime(), now)).toBe(expected));
});
