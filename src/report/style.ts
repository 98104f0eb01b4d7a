/** The look of a report: one column, calm, light or dark as the reader has it. */
export const style = `:root{color-scheme:light dark;--ground:#f7f6f3;--surface:#fff;--line:#dedad2;--ink:#1d1c1a;--soft:#5c5850;--accent:#005f97}
@media (prefers-color-scheme:dark){:root{--ground:#0d0f11;--surface:#14171a;--line:#2f353b;--ink:#eceae6;--soft:#a9abaf;--accent:#6bb8ee}}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--ink);font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
main,header,footer{max-width:820px;margin:0 auto;padding:0 20px}
header{padding-top:48px}
footer{padding:24px 20px 64px;color:var(--soft);font-size:14px}
h1{font-size:30px;line-height:1.2;letter-spacing:-.015em;margin:0 0 8px;overflow-wrap:anywhere}
h2{font-size:20px;margin:0 0 12px}
h3{font-size:15px;margin:0 0 8px}
p{margin:0 0 12px;max-width:70ch}
.lead{font-size:18px}
.soft,figcaption{color:var(--soft)}
section{background:var(--surface);border:1px solid var(--line);border-radius:12px;padding:24px;margin:20px 0}
figure{margin:0 0 28px}
figure:last-child{margin-bottom:0}
figure svg{max-width:100%;height:auto;display:block}
figcaption{font-size:14px;margin:8px 0}
.dark{display:none}
@media (prefers-color-scheme:dark){.light{display:none}.dark{display:block}}
.table{overflow-x:auto;margin:8px 0 16px}
table{border-collapse:collapse;font-size:14px;font-variant-numeric:tabular-nums}
caption{text-align:left;color:var(--soft);padding-bottom:6px}
th,td{text-align:left;padding:5px 16px 5px 0;border-bottom:1px solid var(--line);vertical-align:top;overflow-wrap:anywhere;max-width:34ch}
thead th{color:var(--soft);font-weight:500}
tbody th{font-weight:500}
.n{text-align:right;white-space:nowrap}
dl{display:grid;gap:6px;margin:0 0 12px}
dl div{display:grid;grid-template-columns:150px 1fr;gap:12px}
dt{color:var(--soft)}
dd{margin:0;overflow-wrap:anywhere}
ul{margin:0 0 12px;padding-left:20px}
pre{background:var(--ground);border:1px solid var(--line);border-radius:8px;padding:12px;overflow-x:auto;font:13px/1.5 ui-monospace,Menlo,Consolas,monospace;margin:0 0 12px}
details{font-size:14px;margin-top:4px}
summary{cursor:pointer;color:var(--accent)}
:focus-visible{outline:2px solid var(--accent);outline-offset:2px;border-radius:4px}
.images{display:flex;flex-wrap:wrap;gap:14px;padding:0;margin:0;list-style:none}
.images li{width:92px;font-size:13px;line-height:1.35}
.images img{width:92px;height:92px;object-fit:contain;image-rendering:pixelated;border:1px solid var(--line);border-radius:6px;background:#000;display:block}
@media (max-width:560px){dl div{grid-template-columns:1fr;gap:0}section{padding:16px}}
@media print{body{background:#fff;color:#000}section{break-inside:avoid;border:0;padding:0}.dark{display:none!important}.light{display:block!important}}`;
