#include "report/html/looks.h"

/* One text a line: a compiler need not take one of more than 4,095 bytes. Colours are chosen so
 * that they differ by how light they are too, and words on them can be read, in either theme. */
static const char *const style[] = {
    ":root{color-scheme:light dark;--bg:#fbfbfa;--card:#fff;--ink:#1c2126;--dim:#5a6570;--lin"
    "e:#d5dade;--good:#1a7340;--bad:#b3261e;--warn:#8a5a00;--base:#8b96a1;--on:#fff;--band:#e"
    "aeef2;\n",
    "--c0:#1f6fb5;--c1:#a65c00;--c2:#00776b;--c3:#7b4ea3;--c4:#2f3d73;--c5:#b03a80;--c6:#6670"
    "7a}\n",
    "@media (prefers-color-scheme:dark){:root{--bg:#14181c;--card:#1c2126;--ink:#e6e9ec;--dim"
    ":#a3adb7;--line:#3a434c;--good:#5fd08d;--bad:#ff8a80;--warn:#f0c05a;--base:#77828d;--on:"
    "#101418;--band:#252c33;\n",
    "--c0:#6cb4f0;--c1:#f0a85a;--c2:#4fcfb8;--c3:#c4a3ea;--c4:#9fb0f5;--c5:#f08fc6;--c6:#a3ad"
    "b7}}\n",
    "*{box-sizing:border-box}\n",
    "body{margin:0;background:var(--bg);color:var(--ink);font:15px/1.5 system-ui,-apple-syste"
    "m,\"Segoe UI\",Roboto,\"DejaVu Sans\",sans-serif;overflow-wrap:anywhere}\n",
    ".page{max-width:1440px;margin:0 auto;padding:24px 20px 60px}\n",
    "h1{font-size:22px;margin:0 0 2px}\n",
    "h2{font-size:18px;margin:36px 0 10px;padding-bottom:4px;border-bottom:1px solid var(--li"
    "ne)}\n",
    "h3{font-size:15px;margin:0 0 6px}\n",
    "p{margin:6px 0}\n",
    "a{color:var(--c0)}\n",
    "nav ul,.endings,.legend{list-style:none;margin:0;padding:0;display:flex;flex-wrap:wrap;g"
    "ap:4px 18px}\n",
    "nav{margin:14px 0 0;font-size:14px}\n",
    ".sentence{font-size:17px;margin:0 0 12px}\n",
    ".share{display:block;width:100%;height:10px;border-radius:5px;background:var(--line)}\n",
    ".endings{margin:8px 0 14px}\n",
    ".e1{fill:var(--good)}.e2{fill:var(--bad)}.e3{fill:var(--warn)}.e0,.e4{fill:var(--base)}\n",
    ".t1{color:var(--good)}.t2{color:var(--bad)}.t3{color:var(--warn)}.t0,.t4{color:var(--dim"
    ")}\n",
    "dl{margin:0}\n",
    ".facts{display:grid;grid-template-columns:repeat(auto-fill,minmax(190px,1fr));gap:8px 20"
    "px;margin:0 0 12px}\n",
    "dt{color:var(--dim);font-size:12.5px}\n",
    "dd{margin:0}\n",
    ".by{color:var(--dim)}\n",
    "code,pre{font:13px/1.5 ui-monospace,SFMono-Regular,Menlo,\"DejaVu Sans Mono\",monospace}\n",
    "pre{margin:8px 0;white-space:pre-wrap}\n",
    "pre.sql{white-space:pre;overflow-x:auto;background:var(--band);padding:8px 12px;border-r"
    "adius:6px}\n",
    "pre.all{max-height:420px;overflow:auto;white-space:pre;border:1px solid var(--line);bord"
    "er-radius:6px;padding:8px 12px}\n",
    ".cause{background:var(--card);border:1px solid var(--line);border-left:4px solid var(--b"
    "ad);border-radius:6px;padding:12px 16px;margin:0 0 12px}\n",
    ".message{white-space:pre-wrap;font-weight:600}\n",
    ".fields div{display:flex;gap:12px}.fields dt{flex:0 0 76px;font-size:14px}.fields dd{whi"
    "te-space:pre-wrap;min-width:0}\n",
    "summary{cursor:pointer;padding:3px 0}\n",
    ".wide{overflow-x:auto;margin:0 0 8px}\n",
    "table{border-collapse:collapse;font-size:14px;font-variant-numeric:tabular-nums}\n",
    "th,td{padding:4px 14px 4px 0;text-align:right;white-space:nowrap;font-weight:400}\n",
    "thead th{color:var(--dim);font-size:12.5px;vertical-align:bottom}\n",
    "th[scope=row],thead th:first-child,.name{text-align:left}\n",
    "tbody tr{border-top:1px solid var(--line)}\n",
    "i{display:inline-block;min-width:16px;height:16px;line-height:16px;margin-right:6px;bord"
    "er-radius:3px;text-align:center;font:600 11px/16px system-ui,\"DejaVu Sans\",sans-serif;"
    "color:var(--on);vertical-align:-2px}\n",
    "i.base{height:4px;vertical-align:4px;border-radius:0;background:var(--base)}\n",
    "i.c0{background:var(--c0)}i.c1{background:var(--c1)}i.c2{background:var(--c2)}i.c3{backg"
    "round:var(--c3)}i.c4{background:var(--c4)}i.c5{background:var(--c5)}i.c6{background:var("
    "--c6)}\n",
    ".legend{margin:0 0 10px;font-size:14px}\n",
    ".timeline{display:flex;background:var(--card);border:1px solid var(--line);border-radius"
    ":6px;padding:8px}\n",
    ".names{flex:none;max-width:30%;padding:24px 10px 0 0;font-size:12.5px}\n",
    ".names p{margin:0;height:20px;line-height:20px;overflow:hidden;text-overflow:ellipsis;wh"
    "ite-space:nowrap}\n",
    ".names .h{height:24px}\n",
    ".plot{flex:1;min-width:0;overflow-x:auto}\n",
    ".plot svg{display:block}\n",
    ".inner{width:100%}\n",
    "svg text{font-size:11.5px;fill:var(--dim)}\n",
    ".axis line{stroke:var(--line)}\n",
    ".wave rect{fill:var(--band)}\n",
    ".wave text{font-weight:600;fill:var(--ink)}\n",
    ".plot rect.base{fill:var(--base)}\n",
    ".plot rect.c0{fill:var(--c0)}.plot rect.c1{fill:var(--c1)}.plot rect.c2{fill:var(--c2)}."
    "plot rect.c3{fill:var(--c3)}.plot rect.c4{fill:var(--c4)}.plot rect.c5{fill:var(--c5)}.p"
    "lot rect.c6{fill:var(--c6)}\n",
    ".plot g>rect[class^=c]{stroke:var(--card);stroke-width:1}\n",
    ".plot path{fill:none;stroke-width:2}\n",
    "path.base{stroke:var(--base)}\n",
    "path.c0{stroke:var(--c0)}path.c1{stroke:var(--c1)}path.c2{stroke:var(--c2)}path.c3{strok"
    "e:var(--c3)}path.c4{stroke:var(--c4)}path.c5{stroke:var(--c5)}path.c6{stroke:var(--c6)}\n",
    ".plot path.dots{stroke:var(--bad);stroke-width:7;stroke-linecap:round;vector-effect:non-"
    "scaling-stroke}\n",
    "svg text.n{fill:var(--on);text-anchor:middle;font-weight:600}\n",
    "svg text.x{font-size:15px;font-weight:700;text-anchor:middle;stroke:var(--card);stroke-w"
    "idth:3px;paint-order:stroke}\n",
    "svg text.t2{fill:var(--bad)}svg text.t3{fill:var(--warn)}\n",
    ".found rect.base{height:14px;transform:translateY(-5px);opacity:.45}\n",
    ".histogram{display:block}\n",
    ".histogram path{fill:var(--c0)}\n",
    ".matrix{display:block;max-width:100%;background:var(--band);border:1px solid var(--line)"
    ";border-radius:6px;margin:0 0 12px}\n",
    ".matrix path{fill:none;stroke-width:1.8}\n",
    "path.md{stroke:var(--c2)}path.mp{stroke:var(--warn);stroke-width:.9}path.mf{stroke:var(-"
    "-bad)}path.mu{stroke:var(--base);stroke-width:.4}\n",
    "i.mn{background:var(--band);color:var(--ink)}i.md{background:var(--c2)}i.mp{background:v"
    "ar(--warn)}i.mf{background:var(--bad)}i.mu{background:var(--base);color:#000}\n",
    ".cells td,.cells thead th{text-align:center;padding:3px 6px}\n",
    ".cells td:first-child{text-align:right;color:var(--dim)}\n",
    ".cells th[scope=row]{padding-right:18px}\n",
    ".cells thead span{writing-mode:vertical-rl;transform:rotate(180deg);max-height:200px;ove"
    "rflow:hidden;text-overflow:ellipsis;white-space:nowrap}\n",
    ".cells thead th:nth-child(2) span{writing-mode:initial;transform:none}\n",
    "td.md{color:var(--c2)}td.mp{color:var(--warn)}td.mf{color:var(--bad);font-weight:700}td."
    "mu,td.mn{color:var(--dim)}\n",
    ".tools{display:flex;flex-wrap:wrap;gap:6px;margin:0 0 8px}\n",
    "button{font:inherit;font-size:13px;color:var(--ink);background:var(--card);border:1px so"
    "lid var(--line);border-radius:6px;padding:3px 10px;cursor:pointer}\n",
    "button:hover{border-color:var(--dim)}\n",
    ":focus-visible{outline:2px solid var(--c0);outline-offset:2px}\n",
    "footer{margin-top:40px;color:var(--dim);font-size:13px}\n",
    "@media (max-width:600px){.page{padding:16px 12px 40px}.names{max-width:34%}}\n",
    "@media print{body{background:#fff}.tools,nav{display:none}.plot,.wide,pre.all{overflow:v"
    "isible;max-height:none}.cause,tr{break-inside:avoid}}\n",
};

/* Zoom, which nothing needs: without a script all is there to be scrolled. */
static const char *const script[] = {
    "(function(){\n",
    "\"use strict\";\n",
    "var plot=document.querySelector(\".plot\");\n",
    "if(!plot){return;}\n",
    "var inner=plot.firstElementChild,level=1,most=32;\n",
    "function zoom(to,at){\n",
    "level=Math.min(most,Math.max(1,to));\n",
    "inner.style.width=level*100+\"%\";\n",
    "plot.scrollLeft=at/100*inner.clientWidth-plot.clientWidth/2;\n",
    "}\n",
    "function middle(){return (plot.scrollLeft+plot.clientWidth/2)/inner.clientWidth*100;}\n",
    "function button(where,text,press){\n",
    "var made=document.createElement(\"button\");\n",
    "made.type=\"button\";\n",
    "made.textContent=text;\n",
    "made.addEventListener(\"click\",press);\n",
    "where.appendChild(made);\n",
    "}\n",
    "var tools=document.createElement(\"div\");\n",
    "tools.className=\"tools\";\n",
    "plot.parentNode.parentNode.insertBefore(tools,plot.parentNode);\n",
    "button(tools,\"zoom in\",function(){zoom(level*2,middle());});\n",
    "button(tools,\"zoom out\",function(){zoom(level/2,middle());});\n",
    "button(tools,\"all\",function(){zoom(1,50);});\n",
    "Array.prototype.forEach.call(document.querySelectorAll(\".wave\"),function(wave){\n",
    "var band=wave.querySelector(\"rect\"),x=parseFloat(band.getAttribute(\"x\")),width=parse"
    "Float(band.getAttribute(\"width\"));\n",
    "button(tools,wave.getAttribute(\"data-name\"),function(){zoom(90/Math.max(width,1),x+wid"
    "th/2);});\n",
    "});\n",
    "Array.prototype.forEach.call(document.querySelectorAll(\".cause[data-at]\"),function(cau"
    "se){\n",
    "button(cause.querySelector(\"h3\").parentNode,\"show in the timeline\",function(){\n",
    "var bar=document.getElementById(\"b\"+cause.getAttribute(\"data-target\"));\n",
    "Array.prototype.forEach.call(document.querySelectorAll(\".found\"),function(old){old.cla"
    "ssList.remove(\"found\");});\n",
    "zoom(Math.max(level,4),parseFloat(cause.getAttribute(\"data-at\")));\n",
    "if(bar){bar.classList.add(\"found\");}\n",
    "(bar||plot).scrollIntoView({block:\"center\",inline:\"nearest\"});\n",
    "});\n",
    "});\n",
    "})();\n",
};

static void add(pgm__strbuf *out, const char *const *lines, size_t count) {
    for (size_t i = 0; i < count; i++) {
        pgm__strbuf_adds(out, lines[i]);
    }
}

void pgm__html_add_style(pgm__strbuf *out) {
    add(out, style, sizeof style / sizeof *style);
}

void pgm__html_add_script(pgm__strbuf *out) {
    add(out, script, sizeof script / sizeof *script);
}
