#include "addon/Attachments.h"

namespace mediant::addon {

namespace {

struct Loan {
  napi_env env;
  napi_ref array;
};

// Control thread, also while the environment is torn down.
void release(void* owner) {
  auto* loan = static_cast<Loan*>(owner);
  napi_delete_reference(loan->env, loan->array);
  delete loan;
}

}  // namespace

void lend(Napi::Env env, const Napi::Array& arrays, std::vector<audio::Attachment>& attachments) {
  attachments.clear();
  const uint32_t count = arrays.Length();
  for (uint32_t i = 0; i < count; ++i) {
    const Napi::Value value = arrays.Get(i);
    audio::Attachment attachment{nullptr, 0, nullptr, nullptr};
    if (value.IsTypedArray() && value.As<Napi::TypedArray>().TypedArrayType() == napi_float32_array) {
      const auto samples = value.As<Napi::Float32Array>();
      auto* loan = new Loan{env, nullptr};
      if (napi_create_reference(env, samples, 1, &loan->array) == napi_ok) {
        attachment = {samples.Data(), samples.ElementLength(), loan, release};
      } else {
        delete loan;
      }
    }
    attachments.push_back(attachment);
  }
}

}  // namespace mediant::addon
