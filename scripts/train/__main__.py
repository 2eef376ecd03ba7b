"""Trains models: `python -m scripts.train [--seeds] [NAME…]`. The command of people is `build.py train`, which prepares what this needs.

A trainer is a file here with one or both of these functions:
    ship()      train the model that the site ships: its weights, its parity samples, its pictures
    report()    train it with the other seeds and in the other ways that are compared, and write docs/results/<name>.json
digits and shipped have only figures to write, and families writes the table of all generators, docs/results/generators.json.
Two processes take one trainer after the other, those that need longest first: to load PyTorch and scikit-learn takes longer than some training.
"""

import argparse
import importlib
import os
import subprocess
import sys
import threading
import time
import traceback
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
LONGEST_FIRST = ["pixels", "gan", "stories", "glimpse", "attack", "molecules", "classifier", "induction", "vae"]
AFTER = {  # these read what those write
    "drawings": {"classifier"},
    "families": {"bayes", "vae", "gan", "pixels"},
    "shipped": {*LONGEST_FIRST, "bayes", "clusters"},
}
WORKERS = 2


def trainers():
    """{name: which of ship and report it has} of every trainer."""
    texts = {path.stem: path.read_text("utf-8") for path in sorted(FOLDER.glob("[a-z]*.py"))}
    found = {name: [verb for verb in ("ship", "report") if f"\ndef {verb}()" in text] for name, text in texts.items()}
    return {name: verbs for name, verbs in found.items() if verbs}


def serve():
    """In a process of its own: run the trainers that come line by line, and end the output of each with the seconds it took and 1 if it failed."""
    for line in sys.stdin:
        name, *verbs = line.split()
        began, failed = time.process_time(), 0
        try:
            module = importlib.import_module(f"scripts.train.{name}")
            for verb in verbs:
                getattr(module, verb)()
        except SystemExit as stop:  # a trainer's own word, such as that it does not replace weights by worse ones
            failed = 1
            print(stop.code)
        except Exception:
            failed = 1
            traceback.print_exc(file=sys.stdout)
        print(f"\x1d{time.process_time() - began}\t{failed}", flush=True)


class Watch:
    """Gives trainers to processes and shows on one line how far they are."""

    def __init__(self, jobs):
        self.waiting, self.jobs, self.now, self.ended, self.failed = dict(jobs), len(jobs), {}, {}, []
        self.screen, self.told, self.started = sys.stderr.isatty(), 0.0, time.monotonic()
        self.lock = threading.Condition()

    def run(self):
        threads = [threading.Thread(target=self.work) for _ in range(WORKERS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.say(self.summary())
        return 1 if self.failed else 0

    def take(self):
        """The next trainer whose turn it is, or None when there is none left."""
        with self.lock:
            while self.waiting and not self.failed:
                for name in self.waiting:
                    if not AFTER.get(name, set()) & {*self.waiting, *self.now}:
                        self.now[name] = ""
                        return name, self.waiting.pop(name)
                self.lock.wait()
        return None

    def work(self):
        command, environment = [sys.executable, "-m", "scripts.train", "--serve"], {**os.environ, "TRAIN_WATCHED": "1"}
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment) as child:
            while job := self.take():
                name, verbs = job
                print(name, *verbs, file=child.stdin, flush=True)
                seconds, failed = 0.0, True  # if the process ends without a word
                for line in child.stdout:
                    if line.startswith("\x1d"):
                        seconds, failed = map(float, line[1:].split("\t"))
                        break
                    self.hear(name, line.rstrip("\n"))
                with self.lock:
                    del self.now[name]
                    self.ended[name] = seconds
                    if failed:
                        self.failed.append(name)
                    self.lock.notify_all()
            child.stdin.close()

    def hear(self, name, line):
        """What a trainer printed: progress is shown on the last line, the rest stays."""
        if not line.startswith("\x1e"):
            return self.say(f"{name}: {line}")
        label, done, total = line[1:].split("\t")
        share = int(done) / int(total)
        with self.lock:
            self.now[name] = f"{label} {'█' * round(10 * share):░<10} {share:4.0%}"
        self.show()

    def say(self, text):
        print(f"{chr(27) + '[2K' + chr(13) if self.screen else ''}{text}", file=sys.stderr, flush=True)

    def show(self):
        """On a terminal the line is drawn anew again and again, in a log it stands every half minute."""
        if time.monotonic() - self.told < (0.2 if self.screen else 30):
            return
        self.told = time.monotonic()
        line = f"{len(self.ended)} of {self.jobs} done, {self.told - self.started:.0f} s   {'   '.join(filter(None, self.now.values()))}"
        print(f"\x1b[2K\r{line}" if self.screen else line, end="" if self.screen else "\n", file=sys.stderr, flush=True)

    def summary(self):
        took = ", ".join(f"{name} {seconds:.0f}" for name, seconds in self.ended.items())
        total = f"{time.monotonic() - self.started:.0f} s, {sum(self.ended.values()):.0f} s of processor time ({took})"
        return f"FAILED: {', '.join(self.failed)}. {total}" if self.failed else f"OK: {len(self.ended)} trainers in {total}."


def main():
    asking = argparse.ArgumentParser(prog="build.py train", description=__doc__.partition("\n\n")[0])
    asking.add_argument("names", nargs="*")
    asking.add_argument("--seeds", action="store_true")
    asking.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    options, known = asking.parse_args(), trainers()
    if options.serve:
        return serve()
    names = options.names or sorted(known, key=lambda name: LONGEST_FIRST.index(name) if name in LONGEST_FIRST else 99)
    jobs = {name: [verb for verb in known[name] if verb == "ship" or options.seeds] for name in names}
    return Watch({name: verbs for name, verbs in jobs.items() if verbs}).run()


if __name__ == "__main__":
    sys.exit(main())
