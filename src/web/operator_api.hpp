#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/log.hpp"
#include "http/server.hpp"
#include "ops/facts.hpp"
#include "store/database.hpp"
#include "wake/bell.hpp"
#include "web/desk.hpp"
#include "web/live.hpp"
#include "web/router.hpp"
#include "web/sign_in.hpp"

namespace oms::web {

/// A variable's effective value, for the page Settings. Never a secret's.
struct ShownSetting {
    std::string name = {};
    std::string value = {};     ///< `***` where it is a secret that is set
    std::string from = {};      ///< environment, .env, `file …`, default
    std::string standard = {};  ///< what holds where it is not set
    bool secret = false;
    std::string what = {};
};

/// What a person should look at; nothing of it keeps the service from working.
struct SettingNote {
    std::string variable = {};
    std::string says = {};
    std::string fix = {};
};

struct ShownSettings {
    std::vector<ShownSetting> items = {};
    std::vector<SettingNote> notes = {};
};

/// Whom an action wakes.
struct ApiBells {
    wake::Bell* work = nullptr;
    std::function<void()> sweep = {};
    std::function<void()> task = {};
};

/// `/api/v1`: what operators see and do. Who asks is found out on the server's thread; all that reads
/// or writes the store is answered from a thread of its own.
class OperatorApi {
public:
    OperatorApi(
        SignInSettings sign_in,
        ops::Facts facts,
        ShownSettings settings,
        store::Database& database,
        Clock& clock,
        ApiBells bells,
        Log log
    );
    ~OperatorApi();
    OperatorApi(const OperatorApi&) = delete;
    OperatorApi& operator=(const OperatorApi&) = delete;

    /// Told of each wrong password or token. Before the first request.
    void on_refusal(std::function<void()> told);
    void add_to(Router& router);
    /// Answers what waits, and tells nothing more.
    void stop();

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace oms::web
