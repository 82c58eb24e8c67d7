#pragma once

#include <gtest/gtest.h>

#include "store/migrations.hpp"
#include "store/subjects.hpp"
#include "tests/support/test_database.hpp"

/// What the contract suites of the store begin with: a database of ours, of the engine that is asked for.
namespace oms::store::contract {

using namespace std::chrono_literals;

inline const Instant start{std::chrono::sys_days{std::chrono::year{2026} / 5 / 4}};
inline const Subject order = Subject::of(OrderId{{12}, {3}});

/// An empty database of ours.
class OnEachEngine : public testing::TestWithParam<const char*> {
protected:
    void SetUp() override {
        if (const auto why = test::TestDatabase::missing(GetParam())) GTEST_SKIP() << *why;
        made_.emplace(GetParam());
        database_ = made_->open();
        upgrade(*database_, start);
    }

    std::optional<test::TestDatabase> made_;
    std::unique_ptr<Database> database_;
};

class StoreContract : public OnEachEngine {
protected:
    void hint(const Hint& given, Instant now) {
        database_->write([&](Connection& connection) { add_hint(connection, given, now); });
    }
    std::optional<Leased> lease(Instant now) {
        return store::write(*database_, [&](Connection& connection) {
            return lease_next(connection, "me", Lane::live, now, 60s);
        });
    }
    SubjectRow row() {
        return *store::read(*database_, [](Connection& connection) {
            return find_subject(connection, order);
        });
    }
};

/// What only databases have that several processes may open.
class SharedContract : public StoreContract {
protected:
    void SetUp() override {
        StoreContract::SetUp();
        if (IsSkipped()) return;
        other_ = made_->open();
    }
    void TearDown() override { other_.reset(); }

    std::unique_ptr<Database> other_;
};

inline std::string engine_name(const testing::TestParamInfo<const char*>& info) {
    return info.param;
}

}  // namespace oms::store::contract
