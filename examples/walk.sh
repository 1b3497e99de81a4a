# What the examples in shell share; they source it.

say() { printf '\n== %s\n' "$*"; }
text() { aws --output text "$@"; }

# refused WORDS COMMAND…: the command must fail, and say these words.
refused() {
  local words=$1 said
  shift
  if said=$("$@" 2>&1); then
    printf 'should have been refused: %s\n' "$*" >&2
    return 1
  fi
  printf '%s\n' "$said" | sed '/^$/d; s/Encoded authorization failure message: .*/Encoded …/'
  if [[ $said != *"$words"* ]]; then
    printf 'refused, but without the words: %s\n' "$words" >&2
    return 1
  fi
}

# matches TEXT PATTERN: shows the text, which must be so.
matches() { printf '%s\n' "$1" && [[ $1 == $2 ]]; }
