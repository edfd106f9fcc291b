#include "WorkletLink.h"

#include <unordered_map>

#include "../engine/Engine.h"

namespace mediant::audio {

namespace {

struct Registry {
  std::mutex mutex;
  std::unordered_map<int, std::weak_ptr<WorkletLink>> links;
  int lastNumber = 0;
};

// Never destroyed: environments may end after static objects.
Registry& registry() {
  static auto* instance = new Registry;
  return *instance;
}

}  // namespace

std::shared_ptr<WorkletLink> WorkletLink::create(Engine& engine, LendableDriver& driver, void (*needsEnd)(void* context),
                                                 void* context) {
  Registry& all = registry();
  const std::lock_guard<std::mutex> lock(all.mutex);
  std::shared_ptr<WorkletLink> link(new WorkletLink(engine, driver, ++all.lastNumber, needsEnd, context));
  all.links[link->number_] = link;
  driver.setBorrowerWake(wake, link.get());
  return link;
}

std::shared_ptr<WorkletLink> WorkletLink::find(int number) {
  Registry& all = registry();
  const std::lock_guard<std::mutex> lock(all.mutex);
  const auto found = all.links.find(number);
  return found == all.links.end() ? nullptr : found->second.lock();
}

void WorkletLink::takeBack() {
  std::unique_lock<std::mutex> lock(mutex_);
  changed_.wait(lock, [this] { return !isInside_; });
  wakeBorrower_ = nullptr;
  if (!isClosed_) driver_.takeBack();
}

void WorkletLink::close() {
  {
    std::unique_lock<std::mutex> lock(mutex_);
    isClosed_ = true;
    wakeBorrower_ = nullptr;
    driver_.interrupt();
    changed_.notify_all();
    changed_.wait(lock, [this] { return !isInside_; });
  }
  Registry& all = registry();
  const std::lock_guard<std::mutex> lock(all.mutex);
  all.links.erase(number_);
}

bool WorkletLink::borrow(void (*wake)(void* context), void* context) {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (isClosed_) return false;
    isInside_ = true;
  }
  // Not under the lock, since the driver's thread may be about to wake the borrower.
  driver_.lend();
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    isInside_ = false;
    if (!isClosed_) {
      wakeBorrower_ = wake;
      wakeContext_ = context;
    }
  }
  changed_.notify_all();
  return true;
}

WorkletLink::Turn WorkletLink::turn(const LendableDriver::Limits& limits) {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (isClosed_ || wakeBorrower_ == nullptr) return Turn::Ended;
    isInside_ = true;
  }
  const Turn turn = driver_.turn(limits);
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    isInside_ = false;
  }
  changed_.notify_all();
  return turn;
}

int64_t WorkletLink::currentFrame() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return isClosed_ ? 0 : engine_.publishedFrame();
}

bool WorkletLink::isEndAwaited() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return isEndAwaited_;
}

void WorkletLink::setEnding() {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    isEnding_ = true;
  }
  changed_.notify_all();
}

void WorkletLink::waitForEnd() {
  std::unique_lock<std::mutex> lock(mutex_);
  isEndAwaited_ = true;
  // Under the lock: what is called is there until close() has returned.
  if (!isClosed_ && !isEnding_) needsEnd_(needsEndContext_);
  changed_.wait(lock, [this] { return isEnding_ || isClosed_; });
}

void WorkletLink::leave() {
  const std::lock_guard<std::mutex> lock(mutex_);
  wakeBorrower_ = nullptr;
}

void WorkletLink::wake(void* self) {
  auto* link = static_cast<WorkletLink*>(self);
  const std::lock_guard<std::mutex> lock(link->mutex_);
  if (link->wakeBorrower_ != nullptr) link->wakeBorrower_(link->wakeContext_);
}

}  // namespace mediant::audio
