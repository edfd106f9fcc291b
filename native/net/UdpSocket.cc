#include "net/UdpSocket.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
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

#ifdef UDP_SEGMENT
constexpr int kUdpSegment = UDP_SEGMENT;
constexpr int kUdpGro = UDP_GRO;
#else
constexpr int kUdpSegment = 103;  // linux/udp.h; refused where the kernel doesn't know it
constexpr int kUdpGro = 104;
#endif

socklen_t toSocketAddress(const std::int32_t* words, sockaddr_storage* address) {
  memset(address, 0, sizeof *address);
  const auto port = htons(static_cast<std::uint16_t>(words[kAddressPort]));
  if (words[kAddressFamily] == 4) {
    auto* v4 = reinterpret_cast<sockaddr_in*>(address);
    v4->sin_family = AF_INET;
    v4->sin_port = port;
    memcpy(&v4->sin_addr, words + kAddressBytes, sizeof v4->sin_addr);
    return sizeof *v4;
  }
  auto* v6 = reinterpret_cast<sockaddr_in6*>(address);
  v6->sin6_family = AF_INET6;
  v6->sin6_port = port;
  memcpy(&v6->sin6_addr, words + kAddressBytes, sizeof v6->sin6_addr);
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
    words[kAddressFamily] = 6;
    words[kAddressPort] = ntohs(v6.sin6_port);
    memcpy(words + kAddressBytes, &v6.sin6_addr, sizeof v6.sin6_addr);
  }
}

void setOption(int descriptor, int level, int name, int value) { setsockopt(descriptor, level, name, &value, sizeof value); }

std::string describe(const char* what) { return std::string(what) + ": " + strerror(errno); }

struct Control {
  alignas(cmsghdr) char bytes[CMSG_SPACE(sizeof(int))];
};

int segmentLength(msghdr* message) {
  for (cmsghdr* header = CMSG_FIRSTHDR(message); header != nullptr; header = CMSG_NXTHDR(message, header)) {
    if (header->cmsg_level != IPPROTO_UDP || header->cmsg_type != kUdpGro) continue;
    int length;
    memcpy(&length, CMSG_DATA(header), sizeof length);
    return length;
  }
  return 0;
}

void setSegmentLength(msghdr* message, Control* control, std::uint16_t length) {
  message->msg_control = control->bytes;
  message->msg_controllen = CMSG_SPACE(sizeof length);
  cmsghdr* header = CMSG_FIRSTHDR(message);
  header->cmsg_level = IPPROTO_UDP;
  header->cmsg_type = kUdpSegment;
  header->cmsg_len = CMSG_LEN(sizeof length);
  memcpy(CMSG_DATA(header), &length, sizeof length);
}

}  // namespace

std::unique_ptr<UdpSocket> UdpSocket::bind(const std::string& address, int port, std::string* error) {
  std::int32_t words[kAddressWords] = {4, port};
  if (inet_pton(AF_INET, address.c_str(), words + kAddressBytes) != 1) {
    words[kAddressFamily] = 6;
    if (inet_pton(AF_INET6, address.c_str(), words + kAddressBytes) != 1) {
      *error = "'" + address + "' is not an IP address";
      return nullptr;
    }
  }
  sockaddr_storage local;
  socklen_t length = toSocketAddress(words, &local);
  const int descriptor = socket(local.ss_family, SOCK_DGRAM, 0);
  if (descriptor < 0) {
    *error = describe("socket");
    return nullptr;
  }
  std::unique_ptr<UdpSocket> made(new UdpSocket(descriptor, local.ss_family));
  made->configure();
  if (::bind(descriptor, reinterpret_cast<sockaddr*>(&local), length) != 0) {
    *error = describe("bind");
    return nullptr;
  }
  length = sizeof local;
  getsockname(descriptor, reinterpret_cast<sockaddr*>(&local), &length);
  fromSocketAddress(local, words);
  made->port_ = words[kAddressPort];
  return made;
}

UdpSocket::~UdpSocket() { close(descriptor_); }

void UdpSocket::configure() {
  fcntl(descriptor_, F_SETFD, FD_CLOEXEC);
  fcntl(descriptor_, F_SETFL, fcntl(descriptor_, F_GETFL) | O_NONBLOCK);
  setOption(descriptor_, SOL_SOCKET, SO_RCVBUF, kBufferBytes);
  setOption(descriptor_, SOL_SOCKET, SO_SNDBUF, kBufferBytes);
  if (family_ == AF_INET6) setOption(descriptor_, IPPROTO_IPV6, IPV6_V6ONLY, 1);
#ifdef __linux__
  // Never fragmented, whatever the kernel believes of the path: SCTP and the media protocols probe it themselves (RFC 8899).
  if (family_ == AF_INET) setOption(descriptor_, IPPROTO_IP, IP_MTU_DISCOVER, IP_PMTUDISC_PROBE);
  if (family_ == AF_INET6) setOption(descriptor_, IPPROTO_IPV6, IPV6_MTU_DISCOVER, IPV6_PMTUDISC_PROBE);
  setOption(descriptor_, IPPROTO_UDP, kUdpGro, 1);
  int segment = 0;
  socklen_t length = sizeof segment;
  segments_ = getsockopt(descriptor_, IPPROTO_UDP, kUdpSegment, &segment, &length) == 0;
#endif
}

#ifdef __linux__

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
      const int segment = segmentLength(&messages[i].msg_hdr);
      const std::int64_t step = segment > 0 ? segment : std::max<std::int64_t>(end - start, 1);
      for (std::int64_t offset = start; offset < end && count < into.room; offset += step, ++count) {
        into.offsets[count] = static_cast<std::int32_t>(offset);
        into.lengths[count] = static_cast<std::int32_t>(std::min(step, end - offset));
        fromSocketAddress(addresses[i], into.addresses + count * kAddressWords);
      }
    }
    used += received * kSlot;
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
  const socklen_t addressLength = toSocketAddress(destination, &address);
  mmsghdr messages[kBatch];
  iovec vectors[kBatch];
  Control controls[kBatch];
  int runs[kBatch];
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
      if (run > 1) setSegmentLength(&message, &controls[filled], static_cast<std::uint16_t>(packets.lengths[next]));
      next += run;
    }
    const int taken = sendmmsg(descriptor_, messages, static_cast<unsigned>(filled), MSG_DONTWAIT);
    if (taken < 0) {
      if (errno == EINTR) continue;
      if (errno == EAGAIN || errno == EWOULDBLOCK || errno == ENOBUFS) break;
      // The kernel, or the device below it, doesn't cut runs after all: once more, one by one.
      if (runs[0] > 1 && (errno == EIO || errno == EINVAL || errno == ENOPROTOOPT)) {
        segments_ = false;
        continue;
      }
      sendErrors_ += static_cast<std::uint64_t>(runs[0]);
      sent += runs[0];
      continue;
    }
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
    fromSocketAddress(address, into.addresses + count * kAddressWords);
  }
  return count;
}

int UdpSocket::runLength(const PacketList&, int, int) const { return 1; }

int UdpSocket::send(const PacketList& packets, int first, int count, const std::int32_t* destination) {
  sockaddr_storage address;
  const socklen_t addressLength = toSocketAddress(destination, &address);
  for (int sent = 0; sent < count; ++sent) {
    const int i = first + sent;
    const ssize_t result = sendto(descriptor_, packets.bytes + packets.offsets[i], static_cast<std::size_t>(packets.lengths[i]), 0,
                                  reinterpret_cast<sockaddr*>(&address), addressLength);
    if (result >= 0) continue;
    if (errno == EAGAIN || errno == EWOULDBLOCK || errno == ENOBUFS) return sent;
    ++sendErrors_;
  }
  return count;
}

#endif

}  // namespace mediant::net
