#!/usr/bin/env python3
"""Finds circles: files of a crate that use each other, directly or through other files.

A file uses another file if it names one of its items. `pub use` in a module's file only passes a name on: a use of that name is a use
of the file that defines it. Test modules don't count.

usage: check-circles.py [folder …]    (default: the folders that must have no circle)
"""

import pathlib
import re
import sys

FOLDERS = ["local/src", "functions/jobs/src", "functions/people/src", "shared/store/src", "shared/domain/src/notification"]


def code(text):
    """Returns the code without comments, strings and test modules."""
    text = re.sub(r"//[^\n]*", "", text)
    text = re.sub(r'r?#*"(?:\\.|[^"\\])*"#*', '""', text, flags=re.S)
    found = re.search(r"#\[cfg\(test\)\]\s*(pub\(crate\) )?mod \w+ \{", text)
    return text[: found.start()] if found else text


def expand(tree):
    """Returns the paths of a use tree, each with the name that it brings into scope."""
    tree = tree.strip()
    if "{" not in tree:
        path, _, name = tree.partition(" as ")
        parts = [part.strip() for part in path.split("::")]
        if parts[-1] == "self" and len(parts) == 1:
            return [([], name.strip())]
        return [(parts, name.strip() or parts[-1])]
    head, _, rest = tree.partition("{")
    prefix = [part.strip() for part in head.split("::") if part.strip()]
    inner, depth, parts, start = rest[: max(rest.rfind("}"), 0)], 0, [], 0
    for index, char in enumerate(inner + ","):
        depth += {"{": 1, "}": -1}.get(char, 0)
        if char == "," and depth == 0:
            parts.append(inner[start:index])
            start = index + 1
    found = []
    for part in filter(str.strip, parts):
        found += [(prefix + path, name or prefix[-1]) for path, name in expand(part)]
    return found


class Crate:
    def __init__(self, root):
        self.root = root
        self.files = {}
        for file in sorted(self.root.rglob("*.rs")):
            parts = list(file.relative_to(self.root).with_suffix("").parts)
            if "tests" in parts or parts[-1] in ("tests", "fixtures"):
                continue
            if parts[-1] in ("mod", "lib", "main"):
                parts.pop()
            self.files.setdefault(tuple(parts), file)
        self.code = {module: code(file.read_text()) for module, file in self.files.items()}
        self.passed_on, self.used = {}, {}
        for module, text in self.code.items():
            self.read(module, text)

    def read(self, module, text):
        """Notes what a file uses, and the names that it passes on."""
        passed_on, used = {}, []
        for match in re.finditer(r"(pub(?:\([\w: ]+\))? )?use ([^;]+);", text):
            for path, name in expand(match[2]):
                if match[1]:
                    passed_on[name] = path
                else:
                    used.append(path)
        rest = re.sub(r"(?:pub(?:\([\w: ]+\))? )?use [^;]+;", "", text)
        used += [match.split("::") for match in re.findall(r"\b(?:crate|super|self)(?:::\w+)+", rest)]
        children = "|".join(name for name in self.children(module))
        if children:
            used += [["self"] + match.split("::") for match in re.findall(rf"(?<![:\w])(?:{children})(?:::\w+)+", rest)]
        self.passed_on[module], self.used[module] = passed_on, used

    def children(self, module):
        return {other[len(module)] for other in self.files if len(other) > len(module) and other[: len(module)] == module}

    def resolve(self, path, module, depth=0):
        """Returns the module that defines what a path names; nothing for other crates."""
        if depth > 8:
            return None
        parts, here = list(path), module
        if parts and parts[0] == "crate":
            here, parts = (), parts[1:]
        elif parts and parts[0] in ("self", "super"):
            while parts and parts[0] in ("self", "super"):
                if parts[0] == "super":
                    here = here[:-1]
                parts = parts[1:]
        elif not parts or parts[0] not in self.children(here):
            return None
        while parts:
            if here + (parts[0],) in self.files:
                here, parts = here + (parts[0],), parts[1:]
                continue
            through = self.passed_on.get(here, {}).get(parts[0])
            if through:
                return self.resolve(through + parts[1:], here, depth + 1) or None
            break
        return here if here in self.files else None

    def edges(self):
        """Returns, for each file, the files that it uses with the names that it uses of them."""
        edges = {}
        for module, paths in self.used.items():
            edges[module] = {}
            for path in paths:
                other = self.resolve(path, module)
                if other is not None and other != module:
                    edges[module].setdefault(other, set()).add(path[-1])
        return edges


def circles(edges):
    """Returns the strongly connected groups of more than one file (Tarjan)."""
    index, low, stack, on, found, count = {}, {}, [], set(), [], [0]

    def visit(node):
        index[node] = low[node] = count[0]
        count[0] += 1
        stack.append(node)
        on.add(node)
        for other in sorted(edges[node]):
            if other not in index:
                visit(other)
                low[node] = min(low[node], low[other])
            elif other in on:
                low[node] = min(low[node], index[other])
        if low[node] == index[node]:
            group = []
            while True:
                other = stack.pop()
                on.discard(other)
                group.append(other)
                if other == node:
                    break
            if len(group) > 1:
                found.append(sorted(group))

    for node in sorted(edges):
        if node not in index:
            visit(node)
    return found


def main():
    sys.setrecursionlimit(10_000)
    failed = False
    for folder in sys.argv[1:] or FOLDERS:
        parts = pathlib.Path(folder).parts
        source = parts.index("src") + 1
        crate, within = Crate(pathlib.Path(*parts[:source])), parts[source:]
        inside = {module for module in crate.files if module[: len(within)] == within}
        uses = crate.edges()
        groups = circles({module: set(uses[module]) & inside for module in inside})
        print(f"{folder}: {len(inside)} files, {len(groups)} circles")
        for group in groups:
            failed = True
            for module in group:
                for other in sorted(set(uses[module]) & set(group)):
                    names = ", ".join(sorted(uses[module][other]))
                    print(f"  {crate.files[module]} uses {names} of {crate.files[other]}")
    sys.exit(failed)


if __name__ == "__main__":
    main()
