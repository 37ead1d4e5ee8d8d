#!/usr/bin/env bash
# Everything of one environment away: only with empty queues, or with --lose-messages. docs/operations.md, Tear down.
set -euo pipefail

group=${1:?"usage: $0 RESOURCE_GROUP [--lose-messages]"}
force=${2:-}

bus=$(az servicebus namespace list -g "$group" --query "[0].name" -o tsv)
waiting=0
if [ -n "$bus" ]; then
  counts=$(az servicebus queue list -g "$group" --namespace-name "$bus" --query "[].messageCount" -o tsv)
  for count in $counts; do
    waiting=$((waiting + count))
  done
fi
if [ "$waiting" -gt 0 ] && [ "$force" != --lose-messages ]; then
  echo "$waiting messages wait. Set the three flags to false, deploy, and come back; or add --lose-messages." >&2
  exit 1
fi
read -r -p "Type the group's name to delete it with everything in it: " answer
if [ "$answer" != "$group" ]; then
  echo "Nothing was deleted." >&2
  exit 1
fi
locks=$(az lock list -g "$group" --query "[].id" -o tsv)
for lock in $locks; do
  az lock delete --ids "$lock"
done
az group delete -n "$group" --yes
echo "$group is gone. The vault of prod stays soft-deleted for 90 days."
