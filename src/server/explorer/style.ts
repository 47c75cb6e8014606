/** Styles of the server's pages, in addition to the reports' stylesheet. */
export const pageStyles = `
.bar{display:flex;flex-wrap:wrap;align-items:center;gap:.2em 1.4em;margin:0 auto;max-width:1680px;padding:10px clamp(16px,1.5vw,32px);border-bottom:1px solid var(--line);font-size:.95rem}
.bar a{text-decoration:none;padding:4px 0}
.bar a[aria-current]{color:var(--ink);font-weight:600;border-bottom:2px solid var(--accent)}
.skip{position:absolute;left:-999px}.skip:focus{left:8px;top:8px;background:var(--surface);padding:6px 10px;z-index:5}
main{padding-bottom:4em}
main>h1{margin-top:.8em}
.fields{display:flex;flex-wrap:wrap;gap:10px 14px;align-items:end;margin:1em 0;padding:12px 14px;background:var(--raised);border-radius:8px}
.fields label{display:grid;grid-template-columns:minmax(0,1fr);gap:2px;min-width:0;max-width:100%;font-size:.82rem;color:var(--muted)}
.fields input,.fields select,.fields button,.button{font:inherit;font-size:.95rem;color:var(--ink);background:var(--surface);border:1px solid var(--line);border-radius:6px;padding:6px 10px;max-width:100%;min-height:2.5em}
.fields button,.button{cursor:pointer}
.fields .grow{flex:1 1 14em}.fields .grow input{width:100%}
.primary,.fields button.primary{background:var(--accent);color:var(--surface);border-color:var(--accent);font-weight:600}
button:disabled{opacity:.55;cursor:default}
:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
.runs td,.runs th{text-align:left}.runs td:first-child{width:2em}
.runs input[type=checkbox]{width:18px;height:18px}
.state-damaged,.state-other-version{color:var(--warn)}.state-unfinished{color:var(--muted)}
.downloads{margin:.2em 0 .8em;font-size:.8rem;display:flex;gap:1em}
.downloads a{color:var(--muted)}.downloads a:hover{color:var(--accent)}
.facts{display:grid;grid-template-columns:max-content minmax(0,1fr);gap:.25em 1em;font-size:.9rem;margin:1em 0}
.facts dt{color:var(--muted)}.facts dd{margin:0;overflow-wrap:anywhere}
.copy{font:inherit;font-size:.8rem;margin-left:.6em;color:var(--accent);background:none;border:1px solid var(--line);border-radius:5px;padding:1px 7px;cursor:pointer}
.problem{border-left:4px solid var(--warn);padding:.4em 1em;background:var(--raised)}
.island{margin:1.6em 0;padding:16px;background:var(--raised);border-radius:10px}
.island h2{border:0;margin:0 0 .2em;padding:0}
.island .fields{padding:0;margin:.8em 0}
.island .plots{margin-top:.6em}
.slide{display:grid;gap:2px;margin:.8em 0}
.slide input{width:100%;accent-color:var(--accent)}
.slide output{font-weight:600;font-variant-numeric:tabular-nums}
.numbers{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,230px),1fr));gap:10px;margin:.8em 0 0}
.numbers div{background:var(--surface);border:1px solid var(--line);border-radius:8px;padding:8px 12px}
.numbers dt{font-size:.82rem;color:var(--muted)}
.numbers dd{margin:0;font-variant-numeric:tabular-nums}
.numbers dd b{font-size:1.25rem;display:block}.numbers dd small{color:var(--muted)}
.unseen{position:absolute;width:1px;height:1px;margin:0;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.swatch{display:inline-block;width:12px;height:12px;border-radius:3px;margin-right:.4em;vertical-align:-1px}
${[0, 1, 2, 3].map((i) => `.series-${i}{background:var(--series-${i})}`).join('')}
.compared th[scope=row]{max-width:34em;min-width:12em;font-weight:400}
.live svg{display:block;max-width:100%;height:auto;overflow:visible}
.live [aria-label$=grid]{stroke:var(--line);stroke-opacity:1}
.live figure{margin:0}
@media(max-width:600px){.slide input{height:26px}.copy{padding:4px 10px}.facts{grid-template-columns:1fr}.facts dd{margin-bottom:.4em}.island{padding:12px;margin-inline:-6px}}
`;
