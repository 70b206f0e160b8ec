#!/bin/sh
# lightkurve's default cache moves when astropy is upgraded to 8, and the old one is neither read nor named.
#
# Seen with lightkurve 2.6.0: with astropy 7.2.0 files are kept in ~/.lightkurve/cache, as lightkurve's documentation says; with astropy 8.0.2 in
# ~/.cache/lightkurve, although ~/.lightkurve/cache is there and holds files. No warning: every product is downloaded again.
# The reason: lightkurve asks astropy.config.get_cache_dir("lightkurve"), which follows the XDG directories since astropy 8.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
unset XDG_CACHE_HOME XDG_CONFIG_HOME ASTROPY_CACHE_DIR
mkdir -p "$folder/home/.lightkurve/cache/mastDownload"
failed=0
for versions in "7.2.0 .lightkurve/cache" "8.0.2 .cache/lightkurve"; do
    set -- $versions
    "${PYTHON:-python3}" -m venv "$folder/$1"
    "$folder/$1/bin/pip" install --quiet --no-compile lightkurve==2.6.0 "astropy==$1"
    found=$(HOME=$folder/home "$folder/$1/bin/python" -W ignore -c 'import lightkurve; print(lightkurve.config.get_cache_dir())')
    echo "astropy $1: ${found#"$folder/home/"}"
    [ "$found" = "$folder/home/$2" ] || failed=1
done
exit $failed
