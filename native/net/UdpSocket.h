// A UDP socket that sends and receives batches: one system call for many datagrams, and one pass through the kernel for
// equal-sized ones to the same address (generic segmentation offload) where it has that. It serves several addresses of this
// machine, of both families, where the kernel tells which one a datagram came to (RFC 3542, section 6).
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "net/PacketList.h"

struct msghdr;

namespace mediant::net {

class UdpSocket {
 public:
  // `addresses` are numeric; those that are not of this machine are left out. `port` 0 lets the system choose. Null, with the
  // reason in `error`, where no address is left, or the system has no socket for several.
  static std::unique_ptr<UdpSocket> bind(const std::vector<std::string>& addresses, int port, std::string* error);
  ~UdpSocket();
  UdpSocket(const UdpSocket&) = delete;
  UdpSocket& operator=(const UdpSocket&) = delete;

  int descriptor() const { return descriptor_; }
  int port() const { return port_; }
  // Those that are served: kAddressLocal is an index into them.
  const std::vector<std::string>& addresses() const { return addresses_; }

  // Takes the datagrams that have arrived, as many as have room, with the addresses they came from and came to. Returns how many.
  int receive(const PacketList& into);

  // Sends packets [first, first + count) to `destination`, kAddressWords, from the address that it says. Returns how many the kernel
  // has taken: fewer when its buffer is full. A datagram that can't be sent (no route, too long for the path) counts as taken and as an error.
  int send(const PacketList& packets, int first, int count, const std::int32_t* destination);
  // The same, and what is too long for the path is fragmented.
  int sendFragmented(const PacketList& packets, int first, int count, const std::int32_t* destination);

  // The length of the shortest datagram that the last call of either found to be too long for the path; 0 when there was none.
  int refusedLength() const { return refusedLength_; }

  std::uint64_t sendErrors() const { return sendErrors_; }

 private:
  // An address of this machine.
  struct Local {
    std::string text;
    std::int32_t words[kAddressWords];
    std::uint32_t interface;  // its index, where the address is only valid there
  };

  UdpSocket(int descriptor, int family) : descriptor_(descriptor), family_(family) {}
  static std::unique_ptr<UdpSocket> open(const std::vector<Local>& locals, int port, std::string* error);
  static bool isOfThisMachine(const Local& local, std::string* error);
  bool shareAddresses(const std::vector<Local>& locals);
  void configure();
  void allowFragments(bool allow);
  void refused(int length, int datagrams);
  int localIndex(msghdr* message) const;
  int runLength(const PacketList& packets, int first, int count) const;

  const int descriptor_;
  const int family_;  // AF_INET or AF_INET6
  int port_ = 0;
  std::vector<std::string> addresses_;
  // Of one that serves several: as IPV6_PKTINFO has them, IPv4 addresses mapped.
  struct Source {
    std::uint8_t address[16];
    std::uint32_t interface;
  };
  std::vector<Source> sources_;
  bool segments_ = false;  // the kernel cuts runs of datagrams
  bool joins_ = false;     // and joins what arrives
  std::uint64_t sendErrors_ = 0;
  int refusedLength_ = 0;
};

}  // namespace mediant::net
