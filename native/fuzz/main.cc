// Runs a fuzz target on random bytes, where libFuzzer is not at hand: `fuzz_NAME [seconds] [seed]`. Input i has the seed
// `seed` + i; one that fails is shown, and runs alone as `fuzz_NAME 0 SEED`.
#include <csignal>
#include <ctime>
#include <vector>

#include "Choices.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);
extern "C" void __sanitizer_set_death_callback(void (*callback)()) __attribute__((weak));

namespace {

volatile unsigned long gSeed;

void tell() { std::fprintf(stderr, "seed %lu\n", gSeed); }

std::vector<uint8_t> randomBytes(uint64_t seed) {
  uint64_t state = seed * 2 + 1;
  const auto next = [&state] {
    state = state * 6364136223846793005u + 1442695040888963407u;
    return static_cast<uint32_t>(state >> 33);
  };
  for (int i = 0; i < 4; ++i) next();
  std::vector<uint8_t> bytes(64 + next() % 4096);
  for (uint8_t& byte : bytes) byte = static_cast<uint8_t>(next() >> 7);
  return bytes;
}

double seconds() {
  timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

}  // namespace

int main(int argc, char** argv) {
  const double limit = argc > 1 ? std::atof(argv[1]) : 10;
  const unsigned long seed = argc > 2 ? std::strtoul(argv[2], nullptr, 10) : 1;
  if (__sanitizer_set_death_callback) __sanitizer_set_death_callback(tell);
  for (int signal : {SIGABRT, SIGSEGV, SIGFPE, SIGBUS}) {
    std::signal(signal, [](int number) {
      tell();
      std::signal(number, SIG_DFL);
      std::raise(number);
    });
  }
  const double start = seconds();
  unsigned long inputs = 0;
  do {
    gSeed = seed + inputs++;
    const std::vector<uint8_t> bytes = randomBytes(gSeed);
    LLVMFuzzerTestOneInput(bytes.data(), bytes.size());
  } while (seconds() - start < limit);
  std::printf("%lu inputs from seed %lu on, %ld operations, no failure\n", inputs, seed, mediant::fuzz::operations.load());
  return 0;
}
