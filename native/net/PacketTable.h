// Where the packets of a batch lie and where they come from or go to: rows of kPacketWords words, one a packet, in memory that
// script reads and writes too.
#pragma once

#include <cstdint>

namespace mediant::net {

enum PacketWord : int {
  kPacketOffset = 0,  // bytes into the batch
  kPacketLength = 1,
  kPacketFamily = 2,  // 4 or 6
  kPacketPort = 3,
  kPacketAddress = 4,  // up to four words in network order, as they lie in memory
  kPacketWords = 8,
};

}  // namespace mediant::net
