// Takes datagrams, one a call.
#pragma once

#include <cstddef>
#include <cstdint>

namespace mediant::net {

class DatagramSink {
 public:
  virtual void push(const std::uint8_t* datagram, std::size_t length) = 0;

 protected:
  ~DatagramSink() = default;
};

}  // namespace mediant::net
