// Packets of a batch in memory that script reads and writes too: where each lies, and the address of its other end.
#pragma once

#include <cstdint>

namespace mediant::net {

// Words of an address.
enum AddressWord : int {
  kAddressFamily = 0,  // 4 or 6
  kAddressPort = 1,
  kAddressBytes = 2,  // up to four words, network order, as they lie in memory
  kAddressLocal = 6,  // which of the socket's own addresses is at this end; -1 for another one of this machine
  kAddressWords = 7,
};

struct PacketList {
  std::uint8_t* bytes = nullptr;
  std::int64_t capacity = 0;        // bytes
  std::int32_t* offsets = nullptr;  // into `bytes`
  std::int32_t* lengths = nullptr;
  std::int32_t* addresses = nullptr;  // kAddressWords a packet; null where there are none
  int room = 0;                       // packets
};

}  // namespace mediant::net
