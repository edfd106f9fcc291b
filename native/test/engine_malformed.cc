// Whatever is submitted, nothing crashes: random words, random operands of known commands, cut batches.
#include <cstring>

#include "engine_harness.h"

using namespace mediant::audio;

namespace {

class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed * 2 + 1) {}
  uint32_t next() {
    state_ = state_ * 6364136223846793005u + 1442695040888963407u;
    return static_cast<uint32_t>(state_ >> 33);
  }
  int below(int n) { return static_cast<int>(next() % static_cast<uint32_t>(n)); }
  double word() {
    static const double odd[] = {-1, 0, 0.5, -0.0, 1e300, -1e300, 2147483647, 2147483648.0, 4294967296.0, 9007199254740992.0,
                                 std::numeric_limits<double>::infinity(), -std::numeric_limits<double>::infinity(),
                                 std::numeric_limits<double>::quiet_NaN(), 5e-324, 33, 32, 31};
    const int kind = below(10);
    if (kind == 0) return odd[below(sizeof odd / sizeof odd[0])];
    if (kind == 1) {
      const uint64_t bits = (static_cast<uint64_t>(next()) << 33) ^ next();
      double value;
      std::memcpy(&value, &bits, sizeof value);
      return value;
    }
    return below(kind == 2 ? 40 : 6);
  }

 private:
  uint64_t state_;
};

const int kOperands[] = {0, 8, 1, 4, 4, 4, 4, 4, 3, 7, 3, 3, 6};

}  // namespace

TEST(random_words) {
  Random random(1);
  for (int round = 0; round < 300; ++round) {
    TestEngine t;
    for (int batch = 0; batch < 10; ++batch) {
      const int count = random.below(200);
      for (int i = 0; i < count; ++i) t.words.push_back(random.word());
      t.render(1);
    }
  }
}

TEST(random_operands_on_a_living_graph) {
  std::vector<float> data(1000, 0.5f);
  for (int round = 0; round < 150; ++round) {
    Random random(static_cast<uint64_t>(round));
    TestEngine t(2);
    for (int batch = 0; batch < 20; ++batch) {
      for (int i = random.below(3); i > 0; --i) t.attach(data.data(), static_cast<size_t>(random.below(1000)));
      for (int i = 0; i < 40; ++i) {
        const int command = 1 + random.below(12);
        t.words.push_back(command);
        if (command == static_cast<int>(Command::CreateNode)) {
          const int params = random.below(10);
          t.words.insert(t.words.end(), {double(2 + random.below(60)), double(1 + random.below(22)), double(random.below(4)),
                                         double(random.below(4)), double(1 + random.below(9)), double(random.below(3)),
                                         double(random.below(2)), double(params)});
          for (int p = 0; p < params; ++p) {
            t.words.insert(t.words.end(), {random.word(), -1e6, 1e6, double(random.below(2)), random.word()});
          }
          const int arguments = random.below(6);
          t.words.push_back(arguments);
          for (int a = 0; a < arguments; ++a) t.words.push_back(random.word());
        } else if (command == static_cast<int>(Command::Message)) {
          const int arguments = random.below(9);
          t.words.insert(t.words.end(), {double(1 + random.below(61)), double(random.below(14)), double(random.below(3) - 1),
                                         double(random.below(3)), double(arguments)});
          for (int a = 0; a < arguments; ++a) t.words.push_back(random.below(3) ? random.below(5) : random.word());
        } else {
          const bool sound = random.below(8) != 0;
          for (int o = 0; o < kOperands[command]; ++o) {
            t.words.push_back(!sound ? random.word() : o % 2 == 0 ? 1 + random.below(61) : random.below(3));
          }
        }
      }
      if (random.below(10) == 0 && !t.words.empty()) t.words.resize(t.words.size() - 1);
      t.render(3);
      t.events();
      t.engine->paramValue(random.below(70), random.below(40) - 2);
      t.engine->reduction(random.below(70));
      float bins[64];
      t.engine->analyserFrequency(random.below(70), bins, 64);
      t.engine->analyserTimeDomain(random.below(70), bins, 64);
    }
  }
}

TEST(a_node_with_params_that_are_no_numbers_is_not_made) {
  for (double odd : {HUGE_VAL, static_cast<double>(NAN), 1e300}) {
    TestEngine t;
    t.constant(2); t.start(2);
    t.delay(3, odd);
    t.connect(2, 3); t.connect(3, 1);
    t.render(4);
    CHECK_EQUAL(t.engine->nodeCount(), size_t{2});
    t.setValue(2, 0, odd);
    t.render(1);
    CHECK_EQUAL(t.engine->paramValue(2, 0), 1.0f);
  }
}

TEST(a_stop_before_the_beginning_is_a_stop_now) {
  TestEngine t;
  std::vector<float> data(10, 1);
  t.bufferSource(2);
  t.message(2, NodeOp::SetBuffer, {48000}, t.attach(data.data(), data.size()), 1);
  t.message(2, NodeOp::SetLoop, {1, 0, 0});
  t.connect(2, 1);
  t.start(2);
  CHECK_EQUAL(t.render(1)[0][100], 1.0f);
  t.stop(2, -1);
  CHECK_EQUAL(t.render(1)[0][0], 0.0f);
  CHECK_EQUAL(t.events().size(), size_t{1});
}
