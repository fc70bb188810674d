// @vitest-environment happy-dom
// What is marked in the lines of the list while something is searched for.
import { describe, expect, it } from "vitest";
import { placesOf } from "../src/view/room/list/found-marks";

function found(html: string, query: string): string[] {
  const text = document.createElement("div");
  text.dataset["testid"] = "text";
  text.innerHTML = html;
  return placesOf(text, query).map((range) => range.toString());
}

describe("what is searched for is marked", () => {
  it.each([
    ["<p>今晚九点见</p>", "九点", ["九点"]],
    ["<p>今晚<strong>九</strong>点见，<em>九点</em></p>", "九点", ["九点", "九点"]],
    ["<p>Deploy at <code>nine</code>, deployed</p>", "deploy nine", ["Deploy", "nine", "deploy"]],
    ["<p>九</p><p>点</p>", "九点", []],
    ["<ul><li>九</li><li>点，九点</li></ul>", "九点", ["九点"]],
    ["<pre><code>let <span>a</span> = <span>b</span>;</code></pre>", "let", ["let"]],
    ["<table><tbody><tr><td>九</td><td>点</td></tr></tbody></table>", "九点", []],
    ["<p>没有</p>", "九点", []],
  ])("in %s: %s", (html, query, marked) => expect(found(html, query)).toEqual(marked));

  it("and not in words of the page's own", () => {
    expect(found('<figure><figcaption><span class="unnamed">code</span></figcaption><pre><code>code line</code></pre><button>Show all code lines</button></figure>', "code")).toEqual(["code"]);
  });

  it("and not under a cover", () => {
    expect(found('<p>九点 <span class="covered"><span inert>九点</span></span></p>', "九点")).toEqual(["九点"]);
  });
});
