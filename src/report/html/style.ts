/** The page's style sheet. Every colour is a name of the palette, so that both schemes are one sheet. */
import { declarations } from '../pictures/palette.ts';
import { FONT } from '../pictures/svg.ts';

/** Below this width of the window pictures are drawn narrow and rows of the table become cards. */
const NARROW = '(max-width: 767px)';

export const style = `
:root{color-scheme:light dark;${declarations('light')}}
@media (prefers-color-scheme:dark){:root{${declarations('dark')}}}
@media print{:root{color-scheme:light;${declarations('light')}}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;text-size-adjust:100%;scroll-behavior:smooth}
@media (prefers-reduced-motion:reduce){html{scroll-behavior:auto}}
body{margin:0;background:var(--ground);color:var(--ink);font:16px/1.55 ${FONT}}
header,main>section,footer{max-width:1360px;margin:0 auto;padding:0 24px}
main>section{padding-top:44px}main>section:first-child{padding-top:8px}
header{padding-top:36px}
footer{padding-top:32px;padding-bottom:48px;color:var(--muted);font-size:14px}
h1{font-size:30px;line-height:1.2;margin:0 0 4px}
h2{font-size:23px;line-height:1.25;margin:0 0 12px;padding-top:14px;border-top:1px solid var(--line)}
h3{font-size:17px;line-height:1.35;margin:0 0 6px}
p,ul,ol,dl{margin:0 0 14px}
header p,section>p,section>ul,section>ol,section>dl,.prose{max-width:76ch}
a{color:var(--accent)}
:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
code,.code{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace;font-size:.875em;overflow-wrap:anywhere}
.code{display:block;background:var(--raised);border:1px solid var(--line);border-radius:6px;padding:8px 10px;margin:0 0 12px}
.muted{color:var(--muted)}.small{font-size:13.5px;line-height:1.45}
.bottom-line{border-left:5px solid;border-radius:4px;background:var(--raised);padding:12px 16px;font-size:18px;max-width:84ch}
.bottom-line.good{border-color:var(--green)}.bottom-line.bad{border-color:var(--alarm)}
dl.facts{display:grid;grid-template-columns:max-content 1fr;gap:2px 16px;margin-bottom:18px}
dl.facts dt{color:var(--muted)}dl.facts dd{margin:0;overflow-wrap:anywhere}
nav ol{columns:2;column-gap:48px;max-width:720px;padding-left:26px;margin:0}h3 .muted{font-weight:400}
.badge{display:inline-block;border-radius:4px;padding:0 7px;font-weight:600;white-space:nowrap;color:var(--ink)}
.badge.holds,.badge.confirmed{background:var(--holds)}.badge.violated,.badge.refuted{background:var(--violated)}
.badge.undecided,.badge.open{background:var(--undecided)}
.wrong{color:var(--alarm);font-weight:600}
.cards{display:grid;gap:14px;grid-template-columns:repeat(auto-fit,minmax(min(100%,300px),1fr));margin-bottom:20px}
.card{border:1px solid var(--line);border-radius:8px;padding:14px 16px;background:var(--raised);min-width:0}
.card p:last-child,.card ul:last-child{margin-bottom:0}
.formula{overflow-x:auto;overflow-y:hidden;margin:0 0 12px;padding:2px 0}math{font-family:'Cambria Math','STIX Two Math','Latin Modern Math','Noto Sans Math',math;font-size:1.05em}
.card ul{list-style:none;padding:0}.card li{margin-top:4px;font-size:14.5px}.card li .small{font-size:13px}
.scroll{overflow-x:auto;max-width:100%}
table{border-collapse:collapse;font-size:14px;line-height:1.4}
th,td{text-align:left;vertical-align:top;padding:7px 9px;border-bottom:1px solid var(--line)}
th{font-weight:600}
td.number,th.number{text-align:right;font-variant-numeric:tabular-nums}td.number{white-space:nowrap}
#verdict-table thead th{background:var(--raised);border-bottom:2px solid var(--line);padding:0;vertical-align:bottom}
#verdict-table thead th>span,#verdict-table thead button{display:block;padding:7px 9px}
#verdict-table thead button{all:unset;box-sizing:border-box;display:block;width:100%;padding:7px 9px;cursor:pointer;font:inherit;font-weight:600}
#verdict-table thead button:focus-visible{outline:2px solid var(--accent);outline-offset:-2px}
#verdict-table thead button::after{content:' ↕';color:var(--muted)}
#verdict-table thead [aria-sort=ascending] button::after{content:' ↑';color:var(--ink)}
#verdict-table thead [aria-sort=descending] button::after{content:' ↓';color:var(--ink)}
#verdict-table{table-layout:fixed;width:100%;min-width:1240px;font-size:13.5px}#verdict-table th,#verdict-table td{overflow-wrap:break-word}#verdict-table thead th.number button{text-align:right}#verdict-table .small{font-size:12.5px}#verdict-table tbody tr:target,tr:target{background:var(--raised)}
#verdict-table tr.headline>th{box-shadow:inset 4px 0 0 var(--ochre)}
#verdict-table tbody th{font-weight:400}

form.filters{display:flex;flex-wrap:wrap;gap:10px 16px;align-items:end;margin:0 0 12px}
form.filters label{display:grid;gap:2px;font-size:13.5px;color:var(--muted)}
select,input,form button{font:inherit;font-size:15px;color:var(--ink);background:var(--ground);border:1px solid var(--muted);border-radius:5px;padding:6px 8px;min-height:36px;max-width:100%}
form button{cursor:pointer}
[hidden]{display:none!important}
figure{margin:0 0 36px}
figure>.wide,figure>.narrow{overflow-x:auto;max-width:100%}
figure>.narrow{display:none}
figure.single>.wide{display:block}figcaption.narrow{display:none}
figcaption{font-size:14px;line-height:1.5;color:var(--muted);max-width:84ch;margin-top:8px;overflow-wrap:anywhere}
figure svg{display:block;font-family:${FONT}}
.gallery{display:grid;gap:0 40px;grid-template-columns:repeat(auto-fill,minmax(min(100%,364px),1fr))}
figure h3 a{color:inherit;text-decoration:none}figure h3 a:hover{text-decoration:underline}
@media (min-width:1360px){.figures{columns:2;column-gap:48px}.figures>figure{break-inside:avoid}}
table.world{margin:0 0 12px}
table.world th,table.world td{border:1px solid var(--line);padding:4px 9px;text-align:right;font-variant-numeric:tabular-nums}
table.world th{white-space:nowrap}table.world tbody th{text-align:left;font-weight:400}
table.world .spoken{outline:3px solid var(--alarm);outline-offset:-3px;font-weight:700}
article{border:1px solid var(--line);border-radius:8px;padding:16px 18px;margin:0 0 16px;min-width:0}
article>*:last-child{margin-bottom:0}article>p{max-width:84ch}
.flag{white-space:nowrap}
.articles{columns:1}.articles>article{break-inside:avoid}
@media (min-width:1360px){.articles{columns:2;column-gap:24px}}
details>summary{cursor:pointer;color:var(--accent);margin-bottom:6px}
pre{overflow-x:auto;font-size:13px;line-height:1.4;background:var(--raised);border-radius:6px;padding:10px;margin:0}
@media ${NARROW}{
header,main>section,footer{padding-left:16px;padding-right:16px}
h1{font-size:25px}h2{font-size:21px}
nav ol{columns:1}
dl.facts:not(.short){grid-template-columns:1fr}dl.facts:not(.short) dd{margin-bottom:8px}
figure>.wide{display:none}figure>.narrow,figcaption.narrow,figure.single>.wide{display:block}figcaption.narrow{display:none}
article{padding:14px}
table.cards-when-narrow,table.cards-when-narrow tbody,table.cards-when-narrow tr,table.cards-when-narrow td,table.cards-when-narrow th{display:block}
table.cards-when-narrow thead{display:none}
table.cards-when-narrow tr{border:1px solid var(--line);border-radius:8px;padding:8px 12px;margin-bottom:12px}
table.cards-when-narrow tbody th,table.cards-when-narrow td{border:0;padding:3px 0;text-align:left!important;white-space:normal!important;min-width:0!important}
table.cards-when-narrow td::before{content:attr(data-title) ': ';color:var(--muted)}
table.cards-when-narrow td.bare::before{content:none}
table.cards-when-narrow td.nothing{display:none}
table.world{font-size:13px}table.world th,table.world td{padding:4px 6px}
#verdict-table tr.headline>th{box-shadow:none}#verdict-table{min-width:0;font-size:14px}#verdict-table colgroup{display:none}
#verdict-table tr.headline{border-left:4px solid var(--ochre)}
}
@media (min-width:768px){.only-narrow{display:none!important}}
@media print{
body{font-size:10.5pt}nav,form.filters{display:none!important}
#verdict-table thead button::after{content:none!important}
article,figure,.card,tr{break-inside:avoid}h2,h3{break-after:avoid}
.scroll,figure>.wide,figure>.narrow{overflow:visible}
table{font-size:8pt}#verdict-table{min-width:0;font-size:6.5pt}
th,td{padding:3px 4px}
}
`;
