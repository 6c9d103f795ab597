# Sourced by the other scripts: a virtual environment with ecrtui in it, made or renewed as needed.
#
#   ready .venv            the program alone
#   ready .venv dev        with what tests, checks and benchmarks need
#
# ECRTUI_PYTHON names the Python to use; else the first of python3, python3.13 ... that will do.

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export PIP_DISABLE_PIP_VERSION_CHECK=1

say() { printf '%s\n' "$*" >&2; }

fits() { "$1" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 10))' 2>/dev/null; }

find_python() {
    local python
    for python in ${ECRTUI_PYTHON:-python3 python3.13 python3.12 python3.11 python3.10}; do
        if fits "$python"; then
            printf '%s' "$python"
            return
        fi
    done
    say "ecrtui needs Python 3.10 or newer with the venv module (Debian: apt install python3-venv)."
    say "Set ECRTUI_PYTHON to one."
    exit 1
}

ready() {
    local folder=$1 group=${2:-} stamp python
    # What was installed last, of what; a venv that was moved or lost its Python is made anew.
    stamp="$(cksum < pyproject.toml) $PWD $group"
    if "$folder/bin/python" -c '' 2>/dev/null; then
        case "$(cat "$folder/stamp" 2>/dev/null)" in "$stamp" | "${stamp}dev") return ;; esac
    else
        python=$(find_python)
        say "Making $folder with $("$python" --version) ..."
        "$python" -m venv --clear "$folder"
        "$folder/bin/python" -m pip install --quiet --upgrade pip
    fi
    say "Installing into $folder ..."
    "$folder/bin/python" -m pip install --quiet --editable . ${group:+--group "$group"}
    # As pip does with what it copies; else every start compiles it where Python may not write.
    "$folder/bin/python" -m compileall -q ecrtui
    printf '%s' "$stamp" > "$folder/stamp"
}
