#!/bin/sh
# XenServer's own Python client, from PyPI, against the stand-in for a host, and shadowbench beside it.
# usage: official-client.sh SHADOWBENCH
set -eu
shadowbench=$(realpath "$1")
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../../.." && pwd)
environment=$root/.build/xenapi-client
version=26.21.1

if ! "$environment/bin/python" -c 'import XenAPI' 2>/dev/null; then
  python3 -m venv "$environment"
  "$environment/bin/pip" --quiet --disable-pip-version-check install "XenAPI==$version"
fi
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 3 -subj /CN=host \
  -addext subjectAltName=DNS:localhost,IP:127.0.0.1 \
  -keyout "$folder/key.pem" -out "$folder/host.pem" 2>/dev/null
fingerprint=sha256:$(openssl x509 -in "$folder/host.pem" -noout -fingerprint -sha256 | cut -d= -f2)
SSL_CERT_FILE=$folder/host.pem "$environment/bin/python" "$here/official_client.py" \
  "$folder/host.pem" "$folder/key.pem" "$here/pool.json" "$shadowbench" "$fingerprint" "$folder"
