"""stub"""
from pathlib import Path
from bot.rehearsal.headless.findings import Judged
def write_report(judged: Judged, folder: Path, *, language: str) -> None:
    p = judged.performance
    print(len(p.entries), len(p.expected), len(judged.ledger.missing), len(judged.ledger.extra))
    for f in judged.findings: print(f.severity, f.code, f.at, f.sessions, f.people[:4], len(f.people), {k: str(v)[:80] for k, v in f.facts.items() if k not in ("before","after","first","second","session")})
