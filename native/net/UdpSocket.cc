#include "net/UdpSocket.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>

namespace mediant::net {

namespace {

// Datagrams that one system call takes.
constexpr int kBatch = 64;
// The longest datagram, and what the kernel may join to one.
constexpr std::int64_t kSlot = 65536;
// Segments and bytes of one run: limits of Linux.
constexpr int kMaxSegments = 64;
constexpr int kMaxRunBytes = 65000;
// Bursts of a fast peer lie here while this thread is busy. The kernel's own limit applies.
constexpr int kBufferBytes = 4 << 20;
// So many datagrams at once are a stream, which the kernel is asked to join (GRO). It is not asked before: the first socket of the
// machine that asks, and the last that closes, have it write its own code anew, on all processors.
constexpr int kStreamDatagrams = 8;

#ifdef UDP_SEGMENT
constexpr int kUdpSegment = UDP_SEGMENT;
constexpr int kUdpGro = UDP_GRO;
#else
constexpr int kUdpSegment = 103;  // linux/udp.h; refused where the kernel doesn't know it
constexpr int kUdpGro = 104;
#endif

constexpr std::uint8_t kMappedPrefix[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

// The 16 bytes of an address; of an IPv4 one those that an IPv6 socket knows it by (RFC 4291, section 2.5.5.2).
void toMapped(const std::int32_t* words, void* bytes) {
  auto* target = static_cast<std::uint8_t*>(bytes);
  if (words[kAddressFamily] != 4) {
    memcpy(target, words + kAddressBytes, 16);
    return;
  }
  memcpy(target, kMappedPrefix, sizeof kMappedPrefix);
  memcpy(target + sizeof kMappedPrefix, words + kAddressBytes, 4);
}

// `family` is the socket's.
socklen_t toSocketAddress(const std::int32_t* words, int family, sockaddr_storage* address) {
  memset(address, 0, sizeof *address);
  const auto port = htons(static_cast<std::uint16_t>(words[kAddressPort]));
  if (words[kAddressFamily] == 4 && family == AF_INET) {
    auto* v4 = reinterpret_cast<sockaddr_in*>(address);
    v4->sin_family = AF_INET;
    v4->sin_port = port;
    memcpy(&v4->sin_addr, words + kAddressBytes, sizeof v4->sin_addr);
    return sizeof *v4;
  }
  auto* v6 = reinterpret_cast<sockaddr_in6*>(address);
  v6->sin6_family = AF_INET6;
  v6->sin6_port = port;
  toMapped(words, &v6->sin6_addr);
  return sizeof *v6;
}

void fromSocketAddress(const sockaddr_storage& address, std::int32_t* words) {
  memset(words + kAddressBytes, 0, 4 * sizeof *words);
  if (address.ss_family == AF_INET) {
    const auto& v4 = reinterpret_cast<const sockaddr_in&>(address);
    words[kAddressFamily] = 4;
    words[kAddressPort] = ntohs(v4.sin_port);
    memcpy(words + kAddressBytes, &v4.sin_addr, sizeof v4.sin_addr);
  } else {
    const auto& v6 = reinterpret_cast<const sockaddr_in6&>(address);
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(&v6.sin6_addr);
    const bool isMapped = memcmp(bytes, kMappedPrefix, sizeof kMappedPrefix) == 0;
    words[kAddressFamily] = isMapped ? 4 : 6;
    words[kAddressPort] = ntohs(v6.sin6_port);
    if (isMapped) memcpy(words + kAddressBytes, bytes + sizeof kMappedPrefix, 4);
    else memcpy(words + kAddressBytes, bytes, 16);
  }
}

bool parse(const std::string& text, std::int32_t* words) {
  memset(words, 0, kAddressWords * sizeof *words);
  words[kAddressFamily] = 4;
  if (inet_pton(AF_INET, text.c_str(), words + kAddressBytes) == 1) return true;
  words[kAddressFamily] = 6;
  return inet_pton(AF_INET6, text.c_str(), words + kAddressBytes) == 1;
}

// The interface that has a link-local address, which is valid there only (RFC 4007); 0 for all other addresses.
std::uint32_t interfaceOf(const std::int32_t* words) {
  in6_addr address;
  toMapped(words, &address);
  ifaddrs* list = nullptr;
  if (!IN6_IS_ADDR_LINKLOCAL(&address) || getifaddrs(&list) != 0) return 0;
  std::uint32_t index = 0;
  for (const ifaddrs* entry = list; entry != nullptr && index == 0; entry = entry->ifa_next) {
    if (entry->ifa_addr == nullptr || entry->ifa_addr->sa_family != AF_INET6) continue;
    const auto* v6 = reinterpret_cast<const sockaddr_in6*>(entry->ifa_addr);
    if (memcmp(&v6->sin6_addr, &address, sizeof address) == 0) index = if_nametoindex(entry->ifa_name);
  }
  freeifaddrs(list);
  return index;
}

bool setOption(int descriptor, int level, int name, int value) {
  return setsockopt(descriptor, level, name, &value, sizeof value) == 0;
}

std::string describe(const char* what) { return std::string(what) + ": " + strerror(errno); }

#ifdef __linux__

// Ancillary data of one message.
struct Control {
  alignas(cmsghdr) char bytes[CMSG_SPACE(sizeof(int)) + CMSG_SPACE(sizeof(in6_pktinfo))];

  template <class Value>
  void add(msghdr* message, int level, int type, const Value& value) {
    auto* header = reinterpret_cast<cmsghdr*>(bytes + message->msg_controllen);
    header->cmsg_level = level;
    header->cmsg_type = type;
    header->cmsg_len = CMSG_LEN(sizeof value);
    memcpy(CMSG_DATA(header), &value, sizeof value);
    message->msg_control = bytes;
    message->msg_controllen += CMSG_SPACE(sizeof value);
  }
};

template <class Value>
bool findControl(msghdr* message, int level, int type, Value* value) {
  for (cmsghdr* header = CMSG_FIRSTHDR(message); header != nullptr; header = CMSG_NXTHDR(message, header)) {
    if (header->cmsg_level != level || header->cmsg_type != type) continue;
    memcpy(value, CMSG_DATA(header), sizeof *value);
    return true;
  }
  return false;
}

#endif

}  // namespace

std::unique_ptr<UdpSocket> UdpSocket::bind(const std::vector<std::string>& addresses, int port, std::string* error) {
  std::vector<Local> locals;
  for (const std::string& text : addresses) {
    Local local{text, {}, 0};
    if (!parse(text, local.words)) {
      *error = "'" + text + "' is not an IP address";
      return nullptr;
    }
    local.interface = interfaceOf(local.words);
    // What all addresses are bound to says nothing of one: each is tried alone.
    if (addresses.size() == 1 || isOfThisMachine(local, error)) locals.push_back(local);
  }
  if (locals.empty()) return nullptr;
  return open(locals, port, error);
}

bool UdpSocket::isOfThisMachine(const Local& local, std::string* error) {
  const int family = local.words[kAddressFamily] == 4 ? AF_INET : AF_INET6;
  sockaddr_storage address;
  const socklen_t length = toSocketAddress(local.words, family, &address);
  if (family == AF_INET6) reinterpret_cast<sockaddr_in6&>(address).sin6_scope_id = local.interface;
  const int descriptor = socket(family, SOCK_DGRAM, 0);
  const bool isBound = descriptor >= 0 && ::bind(descriptor, reinterpret_cast<sockaddr*>(&address), length) == 0;
  if (!isBound) *error = describe(descriptor < 0 ? "socket" : "bind");
  if (descriptor >= 0) close(descriptor);
  return isBound;
}

std::unique_ptr<UdpSocket> UdpSocket::open(const std::vector<Local>& locals, int port, std::string* error) {
  // Of several addresses the socket is bound to none in particular.
  const bool isShared = locals.size() > 1;
  std::int32_t words[kAddressWords] = {6};
  if (!isShared) memcpy(words, locals[0].words, sizeof words);
  words[kAddressPort] = port;
  const int family = words[kAddressFamily] == 4 ? AF_INET : AF_INET6;
  sockaddr_storage local;
  socklen_t length = toSocketAddress(words, family, &local);
  if (family == AF_INET6 && !isShared) reinterpret_cast<sockaddr_in6&>(local).sin6_scope_id = locals[0].interface;
  const int descriptor = socket(family, SOCK_DGRAM, 0);
  if (descriptor < 0) {
    *error = describe("socket");
    return nullptr;
  }
  std::unique_ptr<UdpSocket> made(new UdpSocket(descriptor, family));
  if (isShared && !made->shareAddresses(locals)) {
    *error = describe("socket of several addresses");
    return nullptr;
  }
  made->configure();
  if (::bind(descriptor, reinterpret_cast<sockaddr*>(&local), length) != 0) {
    *error = describe("bind");
    return nullptr;
  }
  length = sizeof local;
  getsockname(descriptor, reinterpret_cast<sockaddr*>(&local), &length);
  fromSocketAddress(local, words);
  made->port_ = words[kAddressPort];
  for (const Local& each : locals) made->addresses_.push_back(each.text);
  return made;
}

UdpSocket::~UdpSocket() { close(descriptor_); }

bool UdpSocket::shareAddresses(const std::vector<Local>& locals) {
#ifdef __linux__
  for (const Local& local : locals) {
    Source source{{}, local.interface};
    toMapped(local.words, source.address);
    sources_.push_back(source);
  }
  return setOption(descriptor_, IPPROTO_IPV6, IPV6_V6ONLY, 0) && setOption(descriptor_, IPPROTO_IPV6, IPV6_RECVPKTINFO, 1);
#else
  // Elsewhere kernels differ in what they tell of mapped addresses.
  static_cast<void>(locals);
  errno = ENOTSUP;
  return false;
#endif
}

void UdpSocket::configure() {
  fcntl(descriptor_, F_SETFD, FD_CLOEXEC);
  fcntl(descriptor_, F_SETFL, fcntl(descriptor_, F_GETFL) | O_NONBLOCK);
  setOption(descriptor_, SOL_SOCKET, SO_RCVBUF, kBufferBytes);
  setOption(descriptor_, SOL_SOCKET, SO_SNDBUF, kBufferBytes);
  if (family_ == AF_INET6 && sources_.empty()) setOption(descriptor_, IPPROTO_IPV6, IPV6_V6ONLY, 1);
#ifdef __linux__
  allowFragments(false);
  int segment = 0;
  socklen_t length = sizeof segment;
  segments_ = getsockopt(descriptor_, IPPROTO_UDP, kUdpSegment, &segment, &length) == 0;
#endif
}

// Not fragmented, whatever the kernel believes of the path: SCTP and the media protocols probe it themselves (RFC 8899).
void UdpSocket::allowFragments(bool allow) {
#ifdef __linux__
  if (family_ == AF_INET || !sources_.empty()) setOption(descriptor_, IPPROTO_IP, IP_MTU_DISCOVER, allow ? IP_PMTUDISC_DONT : IP_PMTUDISC_PROBE);
  if (family_ == AF_INET6) setOption(descriptor_, IPPROTO_IPV6, IPV6_MTU_DISCOVER, allow ? IPV6_PMTUDISC_DONT : IPV6_PMTUDISC_PROBE);
#else
  static_cast<void>(allow);
#endif
}

int UdpSocket::sendFragmented(const PacketList& packets, int first, int count, const std::int32_t* destination) {
  allowFragments(true);
  const int sent = send(packets, first, count, destination);
  allowFragments(false);
  return sent;
}

// A datagram could not be sent.
void UdpSocket::refused(int length, int datagrams) {
  sendErrors_ += static_cast<std::uint64_t>(datagrams);
  if (errno == EMSGSIZE) refusedLength_ = refusedLength_ == 0 ? length : std::min(refusedLength_, length);
}

#ifdef __linux__

int UdpSocket::localIndex(msghdr* message) const {
  if (sources_.empty()) return 0;
  in6_pktinfo arrival;
  if (!findControl(message, IPPROTO_IPV6, IPV6_PKTINFO, &arrival)) return -1;
  for (std::size_t i = 0; i < sources_.size(); ++i) {
    const Source& source = sources_[i];
    const bool isHere = source.interface == 0 || source.interface == arrival.ipi6_ifindex;
    if (isHere && memcmp(source.address, &arrival.ipi6_addr, sizeof source.address) == 0) return static_cast<int>(i);
  }
  return -1;
}

int UdpSocket::receive(const PacketList& into) {
  mmsghdr messages[kBatch];
  iovec vectors[kBatch];
  sockaddr_storage addresses[kBatch];
  Control controls[kBatch];
  int count = 0;
  std::int64_t used = 0;
  // A joined datagram is cut into packets, 64 at most.
  while (into.room - count >= kMaxSegments && into.capacity - used >= kSlot) {
    const auto slots = static_cast<int>(std::min<std::int64_t>({kBatch, (into.capacity - used) / kSlot, (into.room - count) / kMaxSegments}));
    for (int i = 0; i < slots; ++i) {
      vectors[i] = {into.bytes + used + i * kSlot, static_cast<std::size_t>(kSlot)};
      msghdr& message = messages[i].msg_hdr;
      message = {&addresses[i], sizeof addresses[i], &vectors[i], 1, controls[i].bytes, sizeof controls[i].bytes, 0};
    }
    const int received = recvmmsg(descriptor_, messages, static_cast<unsigned>(slots), MSG_DONTWAIT, nullptr);
    // An error told by ICMP is that of an earlier datagram, and is over once it has been read.
    if (received < 0 && (errno == EINTR || errno == ECONNREFUSED || errno == EHOSTUNREACH || errno == ENETUNREACH)) continue;
    if (received <= 0) break;
    for (int i = 0; i < received; ++i) {
      const std::int64_t start = used + i * kSlot, end = start + messages[i].msg_len;
      int segment = 0;
      findControl(&messages[i].msg_hdr, IPPROTO_UDP, kUdpGro, &segment);
      const int to = localIndex(&messages[i].msg_hdr);
      const std::int64_t step = segment > 0 ? segment : std::max<std::int64_t>(end - start, 1);
      for (std::int64_t offset = start; offset < end && count < into.room; offset += step, ++count) {
        into.offsets[count] = static_cast<std::int32_t>(offset);
        into.lengths[count] = static_cast<std::int32_t>(std::min(step, end - offset));
        std::int32_t* from = into.addresses + count * kAddressWords;
        fromSocketAddress(addresses[i], from);
        from[kAddressLocal] = to;
      }
    }
    used += received * kSlot;
    if (received >= kStreamDatagrams && !joins_) joins_ = setOption(descriptor_, IPPROTO_UDP, kUdpGro, 1);
    if (received < slots) break;
  }
  return count;
}

// Packets from the first that can go as one run: one after the other in memory, of one length but for the last, which may be
// shorter.
int UdpSocket::runLength(const PacketList& packets, int first, int count) const {
  if (!segments_) return 1;
  const std::int32_t length = packets.lengths[first];
  const int most = std::min({count, kMaxSegments, kMaxRunBytes / std::max(length, 1)});
  int run = 1;
  for (; run < most; ++run) {
    const int next = first + run;
    if (packets.offsets[next] != packets.offsets[next - 1] + length || packets.lengths[next] > length || packets.lengths[next] == 0) break;
    if (packets.lengths[next] < length) return run + 1;
  }
  return run;
}

int UdpSocket::send(const PacketList& packets, int first, int count, const std::int32_t* destination) {
  sockaddr_storage address;
  const socklen_t addressLength = toSocketAddress(destination, family_, &address);
  mmsghdr messages[kBatch];
  iovec vectors[kBatch];
  Control controls[kBatch];
  int runs[kBatch];
  in6_pktinfo departure{};
  const auto from = static_cast<std::size_t>(destination[kAddressLocal]);
  const bool isChosen = from < sources_.size();
  if (isChosen) {
    memcpy(&departure.ipi6_addr, sources_[from].address, sizeof sources_[from].address);
    departure.ipi6_ifindex = sources_[from].interface;
  }
  bool isInDoubt = false;
  refusedLength_ = 0;
  int sent = 0;
  while (sent < count) {
    int filled = 0;
    for (int next = first + sent; next < first + count && filled < kBatch; ++filled) {
      const int run = runs[filled] = runLength(packets, next, first + count - next);
      const int last = next + run - 1;
      const auto length = static_cast<std::size_t>(packets.offsets[last] + packets.lengths[last] - packets.offsets[next]);
      vectors[filled] = {packets.bytes + packets.offsets[next], length};
      msghdr& message = messages[filled].msg_hdr;
      message = {&address, addressLength, &vectors[filled], 1, nullptr, 0, 0};
      if (run > 1) controls[filled].add(&message, IPPROTO_UDP, kUdpSegment, static_cast<std::uint16_t>(packets.lengths[next]));
      if (isChosen) controls[filled].add(&message, IPPROTO_IPV6, IPV6_PKTINFO, departure);
      next += run;
    }
    const int taken = sendmmsg(descriptor_, messages, static_cast<unsigned>(filled), MSG_DONTWAIT);
    if (taken < 0) {
      if (errno == EINTR) continue;
      if (errno == EAGAIN || errno == EWOULDBLOCK || errno == ENOBUFS) break;
      // The kernel, or the device below it, doesn't cut runs after all: once more, one by one.
      if (runs[0] > 1 && (errno == EIO || errno == EINVAL || errno == ENOPROTOOPT)) {
        segments_ = false;
        isInDoubt = true;
        continue;
      }
      // It was not because of the run.
      if (isInDoubt) segments_ = true;
      isInDoubt = false;
      refused(packets.lengths[first + sent], runs[0]);
      sent += runs[0];
      continue;
    }
    isInDoubt = false;
    for (int i = 0; i < taken; ++i) sent += runs[i];
  }
  return sent;
}

#else

int UdpSocket::receive(const PacketList& into) {
  int count = 0;
  for (std::int64_t used = 0; count < into.room && into.capacity - used >= kSlot; used += kSlot, ++count) {
    sockaddr_storage address;
    socklen_t addressLength = sizeof address;
    const ssize_t length = recvfrom(descriptor_, into.bytes + used, kSlot, 0, reinterpret_cast<sockaddr*>(&address), &addressLength);
    if (length < 0) break;
    into.offsets[count] = static_cast<std::int32_t>(used);
    into.lengths[count] = static_cast<std::int32_t>(length);
    std::int32_t* from = into.addresses + count * kAddressWords;
    fromSocketAddress(address, from);
    from[kAddressLocal] = 0;
  }
  return count;
}

int UdpSocket::runLength(const PacketList&, int, int) const { return 1; }

int UdpSocket::send(const PacketList& packets, int first, int count, const std::int32_t* destination) {
  sockaddr_storage address;
  const socklen_t addressLength = toSocketAddress(destination, family_, &address);
  refusedLength_ = 0;
  for (int sent = 0; sent < count; ++sent) {
    const int i = first + sent;
    const ssize_t result = sendto(descriptor_, packets.bytes + packets.offsets[i], static_cast<std::size_t>(packets.lengths[i]), 0,
                                  reinterpret_cast<sockaddr*>(&address), addressLength);
    if (result >= 0) continue;
    if (errno == EAGAIN || errno == EWOULDBLOCK || errno == ENOBUFS) return sent;
    refused(packets.lengths[i], 1);
  }
  return count;
}

#endif

}  // namespace mediant::net
