"""Stage: the deck checker as one file, material.py, that runs anywhere: `pipx run material.py deck.pptx`. Needs only the published permalinks.json.

It is scripts/material/ put one module behind the other, with the packages of the group `material` named at its head (PEP 723).
"""

import ast
import graphlib
import re
import tomllib
from pathlib import Path

from scripts import links

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = "scripts.material."
HEAD = '''#!/usr/bin/env -S pipx run
# /// script
# requires-python = ">=3.11"
# dependencies = [
{packages}
# ]
# ///
{purpose}

{imports}
'''


def run(site: Path) -> str:
    """In: the built site. Out: the same with material.py."""
    packages = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["dependency-groups"]["material"]
    sources = {path.stem: path.read_text("utf-8") for path in sorted((ROOT / "scripts/material").glob("*.py"))}
    register = links.site_address(ROOT / "mkdocs.yml") + "permalinks.json"
    text = joined(sources, packages).replace('PUBLISHED = ""', f'PUBLISHED = "{register}"')
    (site / "material.py").write_text(text, "utf-8")
    return f"{len(sources)} modules of the deck checker in one file, material.py"


def joined(sources: dict[str, str], packages: list[str]) -> str:
    """In: modules by name, and what they need. Out: one module. Raises SystemExit when two of them define the same name."""
    parsed = {name: ast.parse(source) for name, source in sources.items()}
    needs = {name: sorted({node.module.removeprefix(PACKAGE) for node in tree.body if is_own(node)}) for name, tree in parsed.items()}
    imports, bodies, defined = set(), [], {}
    for name in graphlib.TopologicalSorter(needs).static_order():
        lines = sources[name].splitlines(keepends=True)
        for node in reversed(parsed[name].body):
            if isinstance(node, ast.Import | ast.ImportFrom) or node is parsed[name].body[0]:
                if not is_own(node) and isinstance(node, ast.Import | ast.ImportFrom):
                    imports.add(ast.unparse(node))
                del lines[node.lineno - 1 : node.end_lineno]
        for known in names(parsed[name]):
            if other := defined.get(known):
                raise SystemExit(f"scripts/material/{name}.py and {other}.py both define {known}: in the one file that is published they would collide.")
            defined[known] = name
        purpose = ast.get_docstring(parsed[name])
        bodies.append(f"\n\n# ==== {name.strip('_')} {'=' * (100 - len(name.strip('_')))}\n# " + purpose.replace("\n", "\n# ").replace("# \n", "#\n") + "\n\n" + "".join(lines).strip("\n") + "\n")
    head = HEAD.format(packages="\n".join(f'#   "{package}",' for package in packages), purpose=f'"""{ast.get_docstring(parsed["__main__"])}\n"""', imports="\n".join(sorted(imports)))
    return head + re.sub(r"\n{4,}", "\n\n\n", "".join(bodies))


def is_own(node) -> bool:
    return isinstance(node, ast.ImportFrom) and (node.module or "").startswith(PACKAGE)


def names(tree: ast.Module) -> set[str]:
    """What a module defines at its top."""
    found = {node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    return found | {part.id for node in tree.body if isinstance(node, ast.Assign | ast.AnnAssign) for part in ast.walk(node) if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)}
