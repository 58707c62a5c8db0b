// Opens reports in a browser, in both themes and three widths: nothing on the console, no request, nothing that is
// wider than the page, and nothing that axe finds; without a script too. Prints what each took to load.
//
//   node look.js FOLDER FILE...      (FOLDER: where the packages are; with SHOTS=DIR pictures are left there)
"use strict";
const fs = require("fs");
const path = require("path");
const [tools, ...files] = process.argv.slice(2);
const from = require("module").createRequire(path.resolve(tools, "package.json"));
const puppeteer = from("puppeteer-core");
const axe = fs.readFileSync(from.resolve("axe-core/axe.min.js"), "utf8");
const themes = ["light", "dark"];
const widths = [400, 1000, 1600];
const most_ms = 15000; // a table of all targets and migrations takes longer, also where nothing else runs
let failed = false;

function wrong(where, what) {
  console.log(`FAILED  ${where}: ${what}`);
  failed = true;
}

// Two frames: what was read is drawn.
const drawn = () => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now()))));

// Words on the timeline's bars: axe does not measure those in SVG.
function contrasts() {
  const light = text => {
    const [r, g, b] = text.match(/[\d.]+/g).map(Number).map(c => c / 255)
      .map(c => c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ratio = (a, b) => (Math.max(light(a), light(b)) + 0.05) / (Math.min(light(a), light(b)) + 0.05);
  const low = [];
  const card = document.querySelector(".timeline");
  if (!card) { return low; }
  const behind = getComputedStyle(card).backgroundColor;
  for (const bar of document.querySelectorAll(".plot g > rect[class^=c]")) {
    const fill = getComputedStyle(bar).fill;
    const words = bar.nextElementSibling && bar.nextElementSibling.classList.contains("n")
      ? ratio(getComputedStyle(bar.nextElementSibling).fill, fill) : 21;
    if (words < 4.5) { low.push(`words on ${fill}: ${words.toFixed(1)}`); }
    if (ratio(fill, behind) < 3) { low.push(`${fill} on ${behind}`); }
  }
  for (const text of document.querySelectorAll(".plot text:not(.n)")) {
    const words = ratio(getComputedStyle(text).fill, behind);
    if (words < 4.5) { low.push(`${text.textContent}: ${words.toFixed(1)}`); }
  }
  return [...new Set(low)];
}

async function open(browser, file, theme, width, script) {
  const where = `${path.basename(file)} ${theme} ${width}${script ? "" : " without a script"}`;
  const page = await browser.newPage();
  await page.setViewport({ width, height: 900 });
  await page.setJavaScriptEnabled(script);
  await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: theme }]);
  page.on("console", message => wrong(where, message.text()));
  page.on("pageerror", error => wrong(where, error.message));
  page.on("request", request => {
    if (request.url() !== "file://" + path.resolve(file)) { wrong(where, `asks for ${request.url()}`); }
  });
  await page.goto("file://" + path.resolve(file), { waitUntil: "load" });
  return { page, where };
}

async function look(browser, file, theme, width) {
  const { page, where } = await open(browser, file, theme, width, true);
  const took = Math.round(await page.evaluate(drawn));
  const { nodes, wide } = await page.evaluate(() => ({
    nodes: document.querySelectorAll("*").length, wide: document.documentElement.scrollWidth }));
  if (wide > width) { wrong(where, `is ${wide} pixels wide`); }
  if (took > most_ms) { wrong(where, `took ${took} ms`); }
  for (const low of await page.evaluate(contrasts)) { wrong(where, low); }
  // The page asks for nothing, so that axe comes in by the tester's own way.
  await page.evaluate(axe);
  const found = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
  for (const violation of found.violations) {
    wrong(where, `${violation.id}: ${violation.nodes.length} x ${violation.nodes[0].html.slice(0, 120)} ` +
      violation.nodes[0].failureSummary.split("\n")[1]);
  }
  if (process.env.SHOTS) {
    const name = path.basename(file, ".html");
    await page.screenshot({ path: `${process.env.SHOTS}/${name}-${theme}-${width}.png`, fullPage: true });
  }
  await press(page, where);
  await page.close();
  console.log(`ok      ${where}: ${took} ms, ${nodes} elements`);
}

// Every button that the script adds can be pressed, and the one of a cause moves the timeline.
async function press(page, where) {
  const moved = await page.evaluate(() => {
    const plot = document.querySelector(".plot");
    const show = document.querySelector(".cause[data-at] button");
    document.querySelectorAll(".tools button").forEach(button => button.click());
    if (!plot || !show) { return true; }
    document.querySelectorAll(".tools button")[2].click();
    const before = plot.firstElementChild.clientWidth;
    show.click();
    return plot.firstElementChild.clientWidth > before;
  });
  if (!moved) { wrong(where, "the timeline does not zoom"); }
}

async function bare(browser, file) {
  const { page, where } = await open(browser, file, "light", 1000, false);
  const text = await page.$eval("body", body => body.innerText);
  if (!text.includes("pgmarch") || await page.$("button")) { wrong(where, "says nothing"); }
  await page.close();
}

(async () => {
  const browser = await puppeteer.launch({ executablePath: process.env.CHROMIUM || "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu"] });
  for (const file of files) {
    for (const theme of themes) {
      for (const width of widths) { await look(browser, file, theme, width); }
    }
    await bare(browser, file);
  }
  await browser.close();
  process.exit(failed || files.length === 0 ? 1 : 0);
})();
