#include "ops/tasks.hpp"

#include <gtest/gtest.h>

namespace oms::ops {
namespace {

TEST(TaskReport, KeepsASpreadsheetFromTakingATextForAFormula) {
    const store::Task task{
        .result =
            R"({"differences":[{"key":"=1+1","would":["say \"so\"","then"]},{"key":"order/1/2","would":["@x"]}]})"};
    EXPECT_EQ(
        report_csv(task),
        "subject,would\r\n\"'=1+1\",\"say \"\"so\"\"; then\"\r\n\"order/1/2\",\"'@x\"\r\n"
    );
}

TEST(TaskReport, IsNoneWhereTheResultHasNoDifferences) {
    EXPECT_FALSE(report_csv({.result = R"({"says":"it failed"})"}));
    EXPECT_FALSE(report_csv({.result = ""}));
}

TEST(TaskJson, LeavesOutAResultThatIsNotAskedFor) {
    const store::Task task{.id = 7, .result = R"({"faults":0})"};
    EXPECT_FALSE(task_json(task, false).contains("result"));
    EXPECT_EQ(json::write(task_json(task, true).at("result")), R"({"faults":0})");
    EXPECT_TRUE(task_json({.id = 8}, true).at("result").is_null());
}

}  // namespace
}  // namespace oms::ops
