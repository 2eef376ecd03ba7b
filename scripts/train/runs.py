"""Training runs that are not done twice: a finished one is kept, an interrupted one goes on where it was.

`@once` keeps what a training function returns in .cache/train/, under a name made from its arguments and its code: the function and
everything of this project that it calls. So a run is repeated when something that decides its outcome has changed, and only then.
`steps` counts the steps of the loop inside, tells how far it is, and puts its parts aside every few seconds. TRAIN_CLEAN, a time in
seconds since 1970, uses nothing that was kept before.
"""

import functools
import hashlib
import inspect
import os
import sys
import time
import types
from pathlib import Path

import numpy as np
import torch

CACHE = Path(__file__).resolve().parents[2] / ".cache" / "train"
EVERY = 20  # seconds between two checkpoints
running = []  # the runs under way, each [its name, the loops that it has begun]; `steps` belongs to the last one


def once(function):
    """Decorator: the same code with the same arguments runs once, its result is read back from then on."""

    @functools.wraps(function)
    def kept(*arguments, **named):
        bound = inspect.signature(function).bind(*arguments, **named)
        bound.apply_defaults()
        asked = fingerprint([function, dict(bound.arguments), torch.__version__, sys.version_info[:2]])
        name = f"{function.__module__.rpartition('.')[2]}-{function.__name__}-{asked}"
        path = CACHE / f"{name}.pt"
        if usable(path):
            return torch.load(path, weights_only=False)
        running.append([name, 0])
        try:
            result = function(*arguments, **named)
        finally:
            running.pop()
        put(path, result)
        unfinished(name).unlink(missing_ok=True)
        return result

    return kept


def usable(path):
    return path.exists() and path.stat().st_mtime >= float(os.environ.get("TRAIN_CLEAN", 0))


def unfinished(name):
    return CACHE / f"{name}.unfinished"


def put(path, content):
    """Write by way of another name, so that a file is there whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(f".{os.getpid()}")
    torch.save(content, fresh)
    fresh.replace(path)


# The loop


def steps(count, label, *parts):
    """0 … count − 1, with progress. `parts` are what the loop changes: models, optimisers and schedules (anything with a state_dict),
    tensors, dicts. With the state of chance they are put aside every 20 seconds, and an interrupted run starts from there."""
    run = running[-1] if running else ["", 0]
    run[1] += 1
    name, loop = run
    path, saved = unfinished(name), time.monotonic()
    first = resume(path, loop, parts) if name and usable(path) else 0
    for step in progress(range(first, count), label, first, count):
        yield step
        if name and time.monotonic() - saved > EVERY:
            put(path, {"loop": loop, "next": step + 1, "parts": [state(part) for part in parts], "chance": torch.get_rng_state()})
            saved = time.monotonic()


def state(part):
    return part.state_dict() if hasattr(part, "state_dict") else part


def resume(path, loop, parts):
    """Bring the parts back to where they were; returns the next step, 0 if the run was in another of its loops."""
    content = torch.load(path, weights_only=False)
    if content["loop"] != loop:
        return 0
    for part, kept in zip(parts, content["parts"], strict=True):
        if hasattr(part, "load_state_dict"):
            part.load_state_dict(kept)
        elif isinstance(part, torch.Tensor):
            part.data.copy_(kept)
        else:
            part.clear()
            part.update(kept)
    torch.set_rng_state(content["chance"])
    return content["next"]


def progress(iterable, label, done=0, total=None):
    """Yield from `iterable` and tell how far it is: as a line for the command that started us (see __main__.py), else now and then."""
    total = total or len(iterable)
    watched, told = os.environ.get("TRAIN_WATCHED") == "1", time.monotonic()
    for done, item in enumerate(iterable, done + 1):
        yield item
        if time.monotonic() - told >= (0.5 if watched else 10):
            told = time.monotonic()
            print(f"\x1e{label}\t{done}\t{total}" if watched else f"{label}: {done} of {total}", file=sys.stderr, flush=True)


# What decides the outcome of a run


def fingerprint(thing):
    """Twelve hexadecimal digits for arguments and code."""
    sight = hashlib.sha256()
    for piece in pieces(thing, set()):
        sight.update(piece + b"\0")
    return sight.hexdigest()[:12]


def pieces(thing, seen):
    """The bytes of a value; of a function or class of this project: its instructions and constants, and those of all of ours that it names.
    Comments, docstrings and names of files do not count, and neither does this file."""
    if isinstance(thing, torch.Tensor):
        thing = thing.detach().numpy()
    if isinstance(thing, np.ndarray):
        yield f"{thing.dtype}{thing.shape}".encode() + thing.tobytes()
    elif isinstance(thing, (list, tuple)):
        for part in thing:
            yield from pieces(part, seen)
    elif isinstance(thing, (dict, types.MappingProxyType)):
        for name, part in thing.items():
            yield str(name).encode()
            yield from pieces(part, seen)
    elif isinstance(thing, (types.FunctionType, functools.partial, type)) or hasattr(thing, "__wrapped__"):
        yield from code(inspect.unwrap(thing.func if isinstance(thing, functools.partial) else thing), seen)
    elif isinstance(thing, (int, float, str, bytes, range, set, type(None))):
        yield repr(sorted(thing) if isinstance(thing, set) else thing).encode()
    else:
        yield type(thing).__qualname__.encode()


def code(thing, seen):
    """See `pieces`; for a function or a class."""
    name = f"{thing.__module__}.{thing.__qualname__}"
    if name in seen or thing.__module__ == __name__:
        return
    seen.add(name)
    yield name.encode()
    if not thing.__module__.startswith(("scripts.", "tests.")):
        return  # a package's; its version is among what is asked for
    for base in getattr(thing, "__bases__", ()):
        yield from code(base, seen)
    for function in vars(thing).values() if isinstance(thing, type) else [thing]:
        function = inspect.unwrap(getattr(function, "__func__", function))
        if not isinstance(function, types.FunctionType):
            continue
        names = set()
        yield from instructions(function.__code__, names, function.__doc__)
        yield from pieces([function.__defaults__, [cell.cell_contents for cell in function.__closure__ or ()]], seen)
        for name in sorted(names & function.__globals__.keys()):
            value = function.__globals__[name]
            of_ours = isinstance(value, types.ModuleType) and value.__name__.startswith("scripts.train.")
            for part in [vars(value)[inner] for inner in sorted(names & vars(value).keys())] if of_ours else [value]:
                if not isinstance(part, types.ModuleType):
                    yield name.encode()
                    yield from pieces(part, seen)


def instructions(body, names, doc=None):
    """The instructions and constants of a compiled function and of the functions in it; adds the names that it uses to `names`."""
    names.update(body.co_names)
    yield body.co_code
    yield repr(body.co_names).encode()  # the instructions hold only numbers of names: relu or tanh looks the same there
    for constant in body.co_consts:
        if isinstance(constant, types.CodeType):
            yield from instructions(constant, names)
        elif constant is not None and constant != doc:
            yield repr(sorted(constant, key=repr) if isinstance(constant, frozenset) else constant).encode()
