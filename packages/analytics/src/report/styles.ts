const light = `--page:#f5f6f8;--surface:#ffffff;--ink:#151a24;--muted:#5a6474;--line:#e3e6eb;--actual:#2f5bd8;--forecast:#0a8572;
--bad:#b91c42;--warning:#8f5200;--good:#14702f;--info:#35628f;--shade:rgb(20 30 60/.06)`;
const dark = `--page:#0f131a;--surface:#181e28;--ink:#e9edf3;--muted:#9aa6b8;--line:#2a3240;--actual:#86a8ff;--forecast:#46d3b8;
--bad:#ff7d97;--warning:#f2b04a;--good:#5fd48a;--info:#86b7e8;--shade:rgb(0 0 0/.4)`;

/** The page's whole style. Charts take their colours from the variables here. */
export const styles: string = `
:root{color-scheme:light;${light}}
@media (prefers-color-scheme:dark){:root:not([data-theme=light]){color-scheme:dark;${dark}}}
:root[data-theme=dark]{color-scheme:dark;${dark}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:1320px;padding:2.5rem clamp(1rem,3vw,2.5rem) 3rem;background:var(--page);color:var(--ink);
font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;-webkit-text-size-adjust:100%}
header{margin-bottom:2rem}
h1{margin:0;font-size:clamp(1.7rem,3.5vw,2.5rem);line-height:1.15;letter-spacing:-.025em;font-weight:700;overflow-wrap:anywhere}
header p{margin:.45rem 0 0;color:var(--muted);font-size:1.05rem}
header .generated{font-size:.85rem}
h2{margin:2.75rem 0 0;font-size:1.25rem;letter-spacing:-.012em;line-height:1.3;overflow-wrap:anywhere}
.lead{margin:.25rem 0 0;color:var(--muted);max-width:72ch}
h2+*,.lead+*{margin-top:1rem}
.panel{background:var(--surface);border:1px solid var(--line);border-radius:12px;padding:1.1rem 1.25rem;box-shadow:0 1px 3px var(--shade)}
.prose p{margin:.5rem 0;max-width:72ch}
.none{margin:0;color:var(--good);font-weight:600}
ul{list-style:none;margin:0;padding:0}
.cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(170px,1fr));gap:.9rem}
.card{display:flex;flex-direction:column;position:relative;overflow:hidden;min-height:7rem;padding:1rem 1.15rem;background:var(--surface);
border:1px solid var(--line);border-radius:12px;box-shadow:0 1px 3px var(--shade);--tone:var(--muted)}
.card.good{--tone:var(--good)}.card.warning{--tone:var(--warning)}.card.bad{--tone:var(--bad)}
.card::before{content:"";position:absolute;inset:0 auto 0 0;width:4px;background:var(--tone)}
.card.neutral::before{background:transparent}
.card .label{color:var(--muted);font-size:.82rem;font-weight:600}
.card strong{font-size:2.05rem;line-height:1.2;letter-spacing:-.03em;font-variant-numeric:tabular-nums;overflow-wrap:anywhere}
.card.good strong,.card.warning strong,.card.bad strong{color:var(--tone)}
.card.text strong{font-size:1.4rem;line-height:1.3;padding:.25rem 0}
.card .detail{margin-top:auto;padding-top:.3rem;color:var(--muted);font-size:.84rem}
.spark{display:block;width:100%;height:30px;overflow:visible;fill:none;stroke:var(--actual);stroke-width:1.6;stroke-linecap:round;stroke-linejoin:round}
.spark path{vector-effect:non-scaling-stroke}
td .spark{width:120px;height:26px}
.legend{display:flex;flex-wrap:wrap;gap:.3rem 1.4rem;color:var(--muted);font-size:.84rem}
.legend li{display:flex;align-items:center;gap:.5rem}
.mark{display:inline-block;width:1.5rem;height:0;border-top:2px solid var(--actual)}
.mark.forecast{border-top:2px dashed var(--forecast)}
.mark.band{height:.8rem;border:0;background:var(--forecast);opacity:.25;border-radius:2px}
.mark.anomaly{width:.7rem;height:.7rem;border:2px solid var(--bad);border-radius:50%}
.mark.threshold{border-top:2px dotted var(--bad)}
.charts{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,350px),1fr));gap:.9rem;margin-top:.9rem}
figure{margin:0;display:flex;flex-direction:column;min-width:0}
figcaption{display:grid;grid-template-columns:1fr auto;align-items:start;gap:0 .6rem;margin-bottom:.5rem}
h3{margin:0;font-size:1.02rem;line-height:1.35;overflow-wrap:anywhere}
figcaption p{grid-column:1/-1;margin:.1rem 0 0;color:var(--muted);font-size:.84rem}
figure>svg{display:block;width:100%;height:auto;overflow:visible;margin-top:auto}
details{margin-top:.4rem;font-size:.84rem}
summary{cursor:pointer;color:var(--muted);width:max-content}
summary:focus-visible{outline:2px solid var(--actual);outline-offset:2px;border-radius:3px}
details .scroll{max-height:260px;margin-top:.4rem}
.scroll{overflow:auto}
.wide{overflow-x:auto;margin-bottom:1rem}
.wide svg{display:block;width:100%;min-width:640px;height:auto}
table{border-collapse:collapse;width:100%;font-size:.9rem}
details table{font-size:.8rem}
caption{text-align:left;color:var(--muted);padding-bottom:.4rem}
th,td{padding:.5rem .75rem;text-align:left;border-bottom:1px solid var(--line);vertical-align:middle;overflow-wrap:anywhere}
thead th{color:var(--muted);font-size:.8rem;font-weight:600;white-space:nowrap}
tbody th{font-weight:600}
tbody tr:last-child>*{border-bottom:0}
.number,.time{font-variant-numeric:tabular-nums;white-space:nowrap}
.number{text-align:right}
.bar{background:linear-gradient(90deg,color-mix(in srgb,var(--actual) 22%,transparent) var(--bar),transparent 0) no-repeat left center/100% 1.7em;min-width:7rem}
.chip{display:inline-block;padding:.1rem .55rem;border-radius:99px;font-size:.76rem;font-weight:600;white-space:nowrap;
color:var(--tone);background:color-mix(in srgb,var(--tone) 13%,transparent);--tone:var(--muted)}
.chip.critical{--tone:var(--bad)}.chip.warning,.chip.ongoing{--tone:var(--warning)}.chip.info{--tone:var(--info)}
footer{margin-top:3rem;padding-top:1rem;border-top:1px solid var(--line);color:var(--muted);font-size:.84rem}
footer p{margin:.15rem 0}
@media print{:root,:root:not([data-theme=light]),:root[data-theme=dark]{color-scheme:light;${light};--page:#fff;--shade:transparent}
body{padding:0;max-width:none;font-size:11px}figure,.card,tr{break-inside:avoid}h2{break-after:avoid}details{display:none}
.charts{grid-template-columns:repeat(2,1fr)}*{-webkit-print-color-adjust:exact;print-color-adjust:exact}}
`;
