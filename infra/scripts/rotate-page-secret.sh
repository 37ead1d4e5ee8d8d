#!/usr/bin/env bash
# The page's client secret: a new one beside the old, into the vault, and the old ones away once the page signs in.
# Nothing is shown, and nobody is signed out. docs/operations.md, Everyday.
set -euo pipefail

app=${1:?"usage: $0 APP_ID VAULT (client id of the page's registration, name of the vault)"}
vault=${2:?"usage: $0 APP_ID VAULT (client id of the page's registration, name of the vault)"}

old=$(az ad app credential list --id "$app" --query "[].keyId" -o tsv)
end=$(python3 -c "from datetime import *; print(f'{datetime.now(timezone.utc) + timedelta(365):%Y-%m-%dT%H:%M:%SZ}')")
secret=$(az ad app credential reset --id "$app" --append --end-date "$end" --query password -o tsv)
printf '%s' "$secret" |
  az keyvault secret set --vault-name "$vault" -n site-client-secret --expires "$end" --file /dev/stdin --encoding utf-8 -o none
echo "The vault holds a new secret until $end. Wait ten minutes, sign in to the page in a private window."
read -r -p "Did that work? Type yes to remove the old secrets; anything else keeps them: " answer
if [ "$answer" != yes ]; then
  echo "The old secrets stay: the page still works with them."
  exit 1
fi
for key in $old; do
  az ad app credential delete --id "$app" --key-id "$key"
done
echo "Done: one secret is left."
