/// How a report looks: system fonts, light and dark by the reader's setting, ink alone on paper.
enum Stylesheet {
  static let text = """
    :root{color-scheme:light dark;--ink:#1a1c20;--soft:#565c66;--paper:#fff;--line:#d4d8de;--track:#eceef1;--accent:#0b5fa5}
    @media(prefers-color-scheme:dark){:root{--ink:#e9ebee;--soft:#a9b0ba;--paper:#15171a;--line:#3a3f46;--track:#262a2f;--accent:#7cb8f0}}
    *{box-sizing:border-box}
    body{margin:0 auto;max-width:60rem;padding:1rem;background:var(--paper);color:var(--ink);font:1rem/1.5 system-ui,sans-serif}
    h1{margin:.5rem 0;font-size:1.6rem}h2{margin:0 0 .25rem;font-size:1.2rem}p{margin:.25rem 0 .75rem}
    a{color:var(--accent)}nav ul{display:flex;flex-wrap:wrap;gap:.25rem 1rem;margin:0;padding:0;list-style:none}
    .soft{color:var(--soft)}.warning{border-inline-start:.3rem solid #c4440c;padding-inline-start:.6rem}
    section{border-block-start:1px solid var(--line);margin-block-start:1.5rem;padding-block-start:1rem}
    .strip{display:grid;grid-template-columns:repeat(auto-fill,minmax(5.5rem,1fr));gap:.5rem;margin:0;padding:0;list-style:none}
    .strip img{display:block;width:100%;height:5.5rem;object-fit:cover;border-radius:.25rem;background:var(--track)}
    svg{display:block;width:100%;max-width:32rem;height:auto;margin-block-end:.75rem}
    svg text{fill:var(--ink);font:11px system-ui,sans-serif}svg .value{fill:var(--soft);text-anchor:end}
    .track{fill:var(--track)}.own{stroke:var(--soft);stroke-width:1}
    .s0{fill:#1f77b4}.s1{fill:#d1660a}.s2{fill:#2f8f46}.s3{fill:#a04fb5}.s4{fill:#b08900}.s5{fill:#6b7785}
    .table{overflow-x:auto}.table:focus-visible,a:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
    table{border-collapse:collapse;font-size:.9rem}th,td{padding:.25rem .75rem .25rem 0;border-block-end:1px solid var(--line);text-align:start;vertical-align:top;min-width:4.5rem;max-width:24rem;overflow-wrap:break-word}
    th{color:var(--soft);font-weight:600;white-space:nowrap}.number{text-align:end;font-variant-numeric:tabular-nums;white-space:nowrap}
    @media print{nav{display:none}body{max-width:none}section{break-inside:avoid}.table{overflow:visible}
    table{font-size:.6rem}th,td{min-width:0;padding-inline-end:.3rem}th,th.number{white-space:normal}td{overflow-wrap:anywhere}}
    """
}
