// A UDP socket that sends and receives batches: one system call for many datagrams, and one pass through the kernel for
// equal-sized ones to the same address (generic segmentation offload) where it has that.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "net/PacketList.h"

namespace mediant::net {

class UdpSocket {
 public:
  // `address` is numeric; `port` 0 lets the system choose. Null, with the reason in `error`.
  static std::unique_ptr<UdpSocket> bind(const std::string& address, int port, std::string* error);
  ~UdpSocket();
  UdpSocket(const UdpSocket&) = delete;
  UdpSocket& operator=(const UdpSocket&) = delete;

  int descriptor() const { return descriptor_; }
  int port() const { return port_; }

  // Takes the datagrams that have arrived, as many as have room, with the addresses they came from. Returns how many.
  int receive(const PacketList& into);

  // Sends packets [first, first + count) to `destination`, kAddressWords. Returns how many the kernel has taken: fewer when its
  // buffer is full. A datagram that can't be sent (no route, too long for the path) counts as taken and as an error.
  int send(const PacketList& packets, int first, int count, const std::int32_t* destination);

  std::uint64_t sendErrors() const { return sendErrors_; }

 private:
  UdpSocket(int descriptor, int family) : descriptor_(descriptor), family_(family) {}
  void configure();
  int runLength(const PacketList& packets, int first, int count) const;

  const int descriptor_;
  const int family_;  // AF_INET or AF_INET6
  int port_ = 0;
  bool segments_ = false;  // the kernel cuts runs of datagrams
  std::uint64_t sendErrors_ = 0;
};

}  // namespace mediant::net
