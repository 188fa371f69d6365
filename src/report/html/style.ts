/** The page's style sheet. Every colour is a name of the palette, so that both schemes are one sheet. */
import { FONT } from '../pictures/font.ts';
import { declarations } from '../pictures/palette.ts';

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
header{padding-top:22px}
footer{padding-top:32px;padding-bottom:48px;color:var(--muted);font-size:14px}
h1{font-size:28px;line-height:1.2;margin:0 0 10px}
h2{font-size:23px;line-height:1.25;margin:0 0 12px;padding-top:14px;border-top:1px solid var(--line)}
h3{font-size:17px;line-height:1.35;margin:0 0 6px}
p,ul,ol,dl{margin:0 0 14px}
section>p,section>ul,section>ol,section>dl,.prose{max-width:76ch}
a{color:var(--accent)}
:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
code,.code{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace;font-size:.875em;overflow-wrap:anywhere}
.code{display:block;background:var(--raised);border:1px solid var(--line);border-radius:6px;padding:8px 10px;margin:0 0 12px}
.muted{color:var(--muted)}.small{font-size:13.5px;line-height:1.45}
.bottom-line{border-left:5px solid;border-radius:4px;background:var(--raised);padding:8px 14px;font-size:17px}
.first-screen{display:grid;grid-template-columns:1fr 1fr;gap:8px 48px}.first-screen>section{min-width:0}@media (max-width:1259px){.first-screen{grid-template-columns:minmax(0,1fr)}}.first-screen h2{font-size:19px;border:0;padding:0;margin:4px 0 8px}.first-screen p{margin-bottom:10px}
table.first{width:100%;margin-bottom:10px}table.first th,table.first td{padding:6px 8px;line-height:1.35}table.first td,table.first thead th{text-align:center}table.first thead th{font-weight:400;font-size:13px;color:var(--muted)}table.first tr>th:first-child{text-align:left;width:30%}table.first td[style]{border-left:2px solid var(--ground);border-bottom:2px solid var(--ground)}table.first td[style],table.first code{white-space:nowrap}table.first td a{text-decoration:none}table.first td a:hover .badge{text-decoration:underline}
.first-screen ul{padding-left:20px}.brief{display:none}
.bottom-line.good{border-color:var(--green)}.bottom-line.bad{border-color:var(--alarm)}
dl.facts{display:grid;grid-template-columns:max-content 1fr;gap:2px 16px;margin-bottom:18px}
dl.facts dt{color:var(--muted)}dl.facts dd{margin:0;overflow-wrap:anywhere}
nav ol{columns:2;column-gap:48px;max-width:720px;padding-left:26px;margin:0}h3 .muted{font-weight:400}
.badge{display:inline-block;border-radius:4px;padding:0 7px;font-weight:600;white-space:nowrap;color:var(--ink)}
.badge.holds,.badge.confirmed{background:var(--holds)}.badge.violated,.badge.refuted{background:var(--violated)}
.badge.undecided,.badge.open{background:var(--undecided)}
.wrong{color:var(--alarm);font-weight:600}
.formula{display:flex;flex-wrap:wrap;gap:2px 28px;align-items:center;overflow-x:auto;overflow-y:hidden;margin:0 0 12px;padding:2px 0}math{width:max-content;font-family:'Cambria Math','STIX Two Math','Latin Modern Math','Noto Sans Math','Libertinus Math','DejaVu Math TeX Gyre',math;font-size:1.05em}
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
#verdict-table tbody th{font-weight:400}
#verdict-table .group-head th{padding:26px 0 6px;border-bottom:2px solid var(--line)}#verdict-table h4{font-size:17px;margin:0}#verdict-table h4 .muted,#verdict-table h5 .muted{font-weight:400}
#verdict-table .claim-head th{padding:16px 9px 8px;background:var(--raised)}#verdict-table h5{font-size:15px;margin:0 0 2px}#verdict-table .claim-head p{max-width:110ch;margin:0 0 6px;font-size:14.5px}#verdict-table .formula{margin:0}
.legend{max-width:96ch}

form.filters{display:flex;flex-wrap:wrap;gap:10px 16px;align-items:end;margin:0 0 12px}
form.filters label{display:grid;gap:2px;font-size:13.5px;color:var(--muted)}
select,input,form button{font:inherit;font-size:15px;color:var(--ink);background:var(--ground);border:1px solid var(--muted);border-radius:5px;padding:6px 8px;min-height:36px;max-width:100%}
form button{cursor:pointer}
[hidden]{display:none!important}
ul.tree,ul.tree ul{list-style:none;padding:0}ul.tree ul{margin:0 0 0 6px;border-left:2px solid var(--line)}ul.tree li{margin:0}ul.tree ul>li{padding-left:16px}ul.tree p{margin:0 0 8px}
figure{margin:0 0 36px}
figure>.wide,figure>.narrow{overflow-x:auto;max-width:100%}
figure>.narrow{display:none}
@media (max-width:1359px){figure.page-wide>.wide{display:none}figure.page-wide>.narrow,figure.page-wide>figcaption.narrow{display:block}}
@media (min-width:1360px){.under-page-wide{display:none}}
figure.single>.wide{display:block}figcaption.narrow{display:none}
figcaption{font-size:14px;line-height:1.5;color:var(--muted);max-width:84ch;margin-top:8px;overflow-wrap:anywhere}
figure svg{display:block;font-family:${FONT}}
.course{display:flex;flex-wrap:wrap;align-items:center;gap:4px 18px;margin:0 0 12px}.course figcaption{flex:1 1 180px;font-size:13px}
.gallery{display:grid;gap:0 40px;grid-template-columns:repeat(auto-fill,minmax(min(100%,364px),1fr))}
figure h3 a{color:inherit;text-decoration:none}figure h3 a:hover{text-decoration:underline}
@media (min-width:1360px){.figures{columns:2;column-gap:48px}.figures>figure{break-inside:avoid}}
table.world{margin:0 0 12px}
table.world th,table.world td{border:1px solid var(--line);padding:4px 9px;text-align:right;font-variant-numeric:tabular-nums}
table.world th{white-space:nowrap}table.world tbody th{text-align:left;font-weight:400}
table.world .named{outline:3px solid var(--alarm);outline-offset:-3px;font-weight:700}
article{border:1px solid var(--line);border-radius:8px;padding:16px 18px;margin:0 0 16px;min-width:0}
article>*:last-child{margin-bottom:0}article>p{max-width:84ch}
.flag{white-space:nowrap}
.articles{columns:1}.articles>article{break-inside:avoid}
@media (min-width:1360px){.articles{columns:2;column-gap:24px}}
details>summary{cursor:pointer;color:var(--accent);margin-bottom:6px}
pre{overflow-x:auto;font-size:13px;line-height:1.4;background:var(--raised);border-radius:6px;padding:10px;margin:0}
@media ${NARROW}{
header,main>section,footer{padding-left:16px;padding-right:16px}
h1{font-size:19px;margin-bottom:6px}h2{font-size:21px}header{padding-top:8px}
.first-screen{grid-template-columns:minmax(0,1fr)}.first-screen h2{font-size:15.5px;margin:2px 0 4px}.first-screen p{font-size:13.5px;line-height:1.35;margin-bottom:6px}.first-screen p.small{font-size:12px}.bottom-line{font-size:14.5px!important;padding:6px 10px}
table.first{font-size:13px;margin-bottom:6px}table.first th,table.first td{padding:2px 3px;line-height:1.3}table.first thead th{font-size:12px}table.first thead code,table.first thead br,.first-screen .long{display:none}.first-screen .brief{display:inline}.first-screen ul{display:flex;flex-wrap:wrap;gap:0 14px;list-style:none;padding:0;margin-bottom:8px}table.first .small{font-size:12px}table.first .badge{padding:0 9px}
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
#verdict-table tr.group-head,#verdict-table tr.claim-head{border:0;padding:0;margin:0}#verdict-table tr.claim-head th{padding:10px 12px!important;border-radius:8px 8px 0 0}#verdict-table tr.group-head th{padding:16px 0 8px!important}#verdict-table tr.claim-head+tr{border-radius:0 0 8px 8px}
table.world{font-size:13px}table.world th,table.world td{padding:4px 6px}
#verdict-table{min-width:0;font-size:14px}#verdict-table colgroup{display:none}
}
@media (min-width:768px){.only-narrow{display:none!important}}
@media print{
body{font-size:10.5pt}nav,form.filters{display:none!important}
#verdict-table thead button::after{content:none!important}
article,figure,tr{break-inside:avoid}h2,h3{break-after:avoid}
.scroll,figure>.wide,figure>.narrow{overflow:visible}
table{font-size:8pt}#verdict-table{min-width:0;font-size:6.5pt}
th,td{padding:3px 4px}
}
`;
