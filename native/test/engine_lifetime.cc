// When nodes leave: https://webaudio.github.io/web-audio-api/#dynamic-lifetime. What is lent is given back once.
#include "engine_harness.h"

using namespace mediant::audio;

TEST(a_released_node_goes_when_nothing_feeds_it) {
  TestEngine t;
  t.constant(2); t.start(2);
  t.gain(3);
  t.connect(2, 3); t.connect(3, 1);
  t.render(1);
  t.release(3);
  CHECK_EQUAL(t.render(1)[0][5], 1.0f);
  CHECK_EQUAL(t.engine->nodeCount(), size_t{3});
  t.disconnect(2, 3);
  t.render(1);
  CHECK_EQUAL(t.engine->nodeCount(), size_t{2});
}

TEST(a_released_source_plays_to_its_end_and_takes_its_chain_along) {
  TestEngine t;
  t.constant(2); t.start(2); t.stop(2, 1000.0 / 48000);
  t.gain(3); t.gain(4);
  t.connect(2, 3); t.connect(3, 4); t.connect(4, 1);
  t.release(2); t.release(3); t.release(4);
  auto out = t.render(7);
  CHECK_EQUAL(out[0][800], 1.0f);
  t.engine->collect();
  CHECK_EQUAL(t.engine->nodeCount(), size_t{4});
  t.render(1);
  t.engine->collect();
  CHECK_EQUAL(t.engine->nodeCount(), size_t{1});
  CHECK_EQUAL(t.events().size(), size_t{1});
}

TEST(a_finished_source_stays_for_script_but_leaves_the_graph) {
  TestEngine t;
  t.constant(2, 3); t.start(2); t.stop(2, 0.001);
  t.gain(3);
  t.connect(2, 3); t.connect(3, 1);
  t.release(3);
  t.render(2);
  t.engine->collect();
  CHECK_EQUAL(t.engine->nodeCount(), size_t{2});
  CHECK_EQUAL(t.engine->paramValue(2, 0), 3.0f);
  t.setValue(2, 0, 4, t.word(StateWord::CurrentFrame) / 48000);
  t.connect(2, 1);
  CHECK_EQUAL(t.render(2)[0][200], 0.0f);
  CHECK_EQUAL(t.engine->paramValue(2, 0), 4.0f);
  t.release(2);
  t.render(1);
  CHECK_EQUAL(t.engine->nodeCount(), size_t{1});
}

TEST(a_source_that_was_never_started_goes_when_released) {
  TestEngine t;
  t.constant(2); t.connect(2, 1); t.release(2);
  t.render(1);
  CHECK_EQUAL(t.engine->nodeCount(), size_t{1});
}

TEST(what_leads_nowhere_goes_when_released) {
  TestEngine t;
  t.oscillator(2); t.start(2);
  t.delay(3, 0.1); t.gain(4); t.gain(5);
  t.connect(2, 3); t.connect(3, 4); t.connectParam(2, 5, 0); t.connect(4, 1);
  t.render(2);
  t.release(2); t.release(3); t.release(4);
  t.render(1);
  CHECK_EQUAL(t.engine->nodeCount(), size_t{5});
  t.disconnect(4, 1);
  t.render(1);
  CHECK_EQUAL(t.engine->nodeCount(), size_t{3});  // the oscillator still moves a param that script holds
  t.disconnectParam(2, 5, 0);
  t.render(1);
  CHECK_EQUAL(t.engine->nodeCount(), size_t{2});
}

TEST(a_muted_cycle_goes_when_released) {
  TestEngine t;
  t.constant(2); t.start(2);
  t.gain(3); t.gain(4);
  t.connect(2, 3); t.connect(3, 4); t.connect(4, 3); t.connect(4, 1);
  t.release(3); t.release(4);
  t.render(2);
  CHECK_EQUAL(t.engine->nodeCount(), size_t{4});
  t.disconnect(2, 3);
  t.render(2);
  t.engine->collect();
  t.render(1);
  CHECK_EQUAL(t.engine->nodeCount(), size_t{2});
}

TEST(a_hundred_thousand_short_sources) {
  TestEngine t;
  t.gain(2, 1);
  t.connect(2, 1);
  int id = 3;
  size_t ended = 0, most = 0;
  for (int round = 0; round < 1000; ++round) {
    const double now = round * 128 / 48000.0;
    for (int i = 0; i < 50; ++i) {
      const int source = id++, gain = id++;
      t.constant(source, 1);
      t.gain(gain, 0.01);
      t.connect(source, gain); t.connect(gain, 2);
      t.setValue(gain, 0, 0.02, now + 0.002);
      t.start(source, now + 0.001 + i * 0.0001);
      t.stop(source, now + 0.003 + i * 0.0001);
      t.release(source); t.release(gain);
    }
    t.render(1);
    ended += t.events().size();
    most = std::max(most, t.engine->nodeCount());
  }
  t.render(10);
  ended += t.events().size();
  t.render(1);
  t.engine->collect();
  CHECK_EQUAL(ended, size_t{50000});
  CHECK_EQUAL(t.engine->nodeCount(), size_t{2});
  CHECK(most < 1000);
}

TEST(attachments_are_released_once) {
  static int live;
  live = 0;
  auto owner = [] { ++live; return static_cast<void*>(nullptr); };
  auto release = [](void*) { --live; };
  std::vector<float> data(4800, 1);
  {
    TestEngine t;
    for (int i = 0; i < 4; ++i) {
      t.bufferSource(2 + i);
      const int attachment = t.attach(data.data(), data.size(), owner(), release);
      t.message(2 + i, NodeOp::SetBuffer, {48000}, attachment, 1);
      t.connect(2 + i, 1);
    }
    t.attach(data.data(), data.size(), owner(), release);  // named by no command
    t.start(2);
    t.submit();
    t.render(1);
    t.release(2); t.release(3);
    t.render(50);
    t.engine->collect();
    t.render(1);
    t.engine->collect();
    CHECK_EQUAL(live, 2);
    t.message(4, NodeOp::SetBuffer, {48000});
    t.render(1);
    t.engine->collect();
    CHECK_EQUAL(live, 1);
    t.message(5, NodeOp::SetBuffer, {48000}, t.attach(data.data(), data.size(), owner(), release), 1);
    t.submit();  // never rendered
    CHECK_EQUAL(live, 2);
  }
  CHECK_EQUAL(live, 0);
}
