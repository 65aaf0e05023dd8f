#!/bin/bash
# The node's first process. It has mount, process, network and control group namespaces of its own: when it ends,
# everything in them does, and nothing of the machine was changed.
#   unshare … namespaces.sh <folder> <node's name> <node's address> <range of services> <control group>…
set -euo pipefail
folder=$1 name=$2 address=$3 services=$4
if [ "${JOINED-}" = "" ]; then
  for group in "${@:5}"; do echo 0 >"$group/cgroup.procs"; done
  JOINED=yes exec unshare --cgroup -- "$0" "$@"
fi

# Nothing that happens here to mounts gets out; pods see what is mounted later, as on any node.
mount --make-rprivate /
mount --make-rshared /
mount -t tmpfs tmpfs /run
for kind in lib log; do
  mkdir -p "$folder/var/$kind"
  mount --bind "$folder/var/$kind" "/var/$kind"
done

# The control groups, with our own as their roots.
controllers=$(grep -oP '^\d+:\K[^:]+' /proc/self/cgroup || true)
unified=$(test -e /sys/fs/cgroup/cgroup.controllers && echo yes || true)
umount --recursive --lazy /sys/fs/cgroup
if [ "$unified" ]; then
  mount -t cgroup2 cgroup2 /sys/fs/cgroup
  mkdir /sys/fs/cgroup/init
  echo 1 >/sys/fs/cgroup/init/cgroup.procs
  sed 's/\</+/g' /sys/fs/cgroup/cgroup.controllers >/sys/fs/cgroup/cgroup.subtree_control
else
  mount -t tmpfs tmpfs /sys/fs/cgroup
  for controller in $controllers; do
    mkdir "/sys/fs/cgroup/${controller#name=}"
    mount -t cgroup -o "$controller" cgroup "/sys/fs/cgroup/${controller#name=}"
  done
fi

# A kubelet sets these for the whole machine, unless it finds them as it wants them.
mkdir /run/tunables
for tunable in vm/overcommit_memory=1 vm/panic_on_oom=0 kernel/panic=10 kernel/panic_on_oops=1 \
  kernel/keys/root_maxkeys=1000000 kernel/keys/root_maxbytes=25000000; do
  path=${tunable%=*}
  echo "${tunable#*=}" >"/run/tunables/${path//\//.}"
  mount --bind "/run/tunables/${path//\//.}" "/proc/sys/$path"
done

hostname "$name"
ip link set lo up
ip link add node0 type bridge
ip address add "$address/24" dev node0
ip link set node0 up
# Connections to services have to have a way before they are led elsewhere.
ip route add "$services" dev node0
echo 1 >/proc/sys/net/ipv4/ip_forward

start() {
  local log=$1
  shift
  "$@" >"$folder/$log.log" 2>&1 &
}
start passage "$NODE" "$PASSAGE" inside "$folder" "$address:6443"
start containerd containerd --config "$folder/containerd.toml"
until test -S "$folder/containerd.sock"; do sleep 0.02; done
import() { ctr --address "$folder/containerd.sock" --namespace k8s.io images import "$folder/images/$1.tar"; }
import pause
start kube-proxy kube-proxy --config "$folder/kube-proxy.yaml"
start kubelet kubelet --config "$folder/kubelet.yaml" --kubeconfig "$folder/kubelet.kubeconfig" \
  --hostname-override "$name" --node-ip "$address"
for image in coredns local-path-provisioner busybox service; do import $image; done
touch "$folder/imported"
# Where one of them is missing there is no node.
wait -n
echo "one of the node's programs has ended: see $folder" >&2
