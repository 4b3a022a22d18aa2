#include "authcore/profile/jsonpatch.h"

#include "authcore/profile/backendprofile.h"
#include "authcore/profile/jsoncomments.h"

#include <QtCore/QJsonDocument>
#include <QtTest/QTest>

using namespace Qt::StringLiterals;
using namespace authcore;
using Operation = JsonEdit::Operation;

//! JSON with comments, and the text of a file after a patch.
class JsonPatchTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void comments_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("json");
        const auto row = [](const char *name, const char *text, const char *json) {
            QTest::newRow(name) << QByteArray(text) << QByteArray(json);
        };
        row("none", R"({"a": 1})", R"({"a": 1})");
        row("to the end of the line", "{ // x\n}", "{     \n}");
        row("to the end of the text", "{} //", "{}   ");
        row("between two marks", "{/* x\ny */}", "{    \n    }");
        row("two, one after the other", "/**/// \"\n{}", "        \n{}");
        row("in a string it is text", "{\"a\": \"http://b/*c\"}", "{\"a\": \"http://b/*c\"}");
        row("behind a quoted quote", "[\"\\\"//\"]", "[\"\\\"//\"]");
        row("never closed", "{} /* x", "{} /* x");
        row("a single slash", "{} / x", "{} / x");
        row("a string that is never closed", "{\"a // x", "{\"a // x");
        row("a backslash at the end", "\"\\", "\"\\");
    }
    void comments()
    {
        QFETCH(const QByteArray, text);
        QTEST(withoutComments(text), "json");
    }

    void aProfileMayHaveComments()
    {
        const auto read =
            BackendProfile::fromJson("// mine\n{\"preset\": \"custom-jwt\", // as it is\n"
                                     "/* where */ \"baseUrl\": \"https://a.org\"}");
        QVERIFY(std::holds_alternative<BackendProfile>(read));
        QCOMPARE(std::get<BackendProfile>(read).baseUrl, QUrl(u"https://a.org"_s));
    }

    void errorsBehindCommentsHaveTheirPlace()
    {
        const auto read = BackendProfile::fromJson("// mine\n{ /* \"scope\": 1 */ \"scope\": 7 }");
        QCOMPARE(std::get<QList<ProfileError>>(read).constFirst().toString(),
            u"line 2, column 20: /scope: is a number; give a string"_s);
    }

    void edits_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<JsonEdit>("edit");
        QTest::addColumn<QByteArray>("after");
        const auto row = [](const char *name, const char *text, const JsonEdit &edit,
                             const char *after) {
            QTest::newRow(name) << QByteArray(text) << edit << QByteArray(after);
        };
        // clang-format off
        row("a value is replaced", R"({"a": 1, "b": 2})", {Operation::Replace, u"/a"_s, u"x"_s}, R"({"a": "x", "b": 2})");
        row("a value deep inside", R"({"a": {"b": [1, {"c": 2}]}})", {Operation::Replace, u"/a/b/1/c"_s, 3}, R"({"a": {"b": [1, {"c": 3}]}})");
        row("a comment behind it stays", "{\n  \"a\": 1 // one\n}", {Operation::Replace, u"/a"_s, 2}, "{\n  \"a\": 2 // one\n}");
        row("a member in a comment is none", "{\n  // \"a\": 1\n  \"a\": 2\n}", {Operation::Replace, u"/a"_s, 3}, "{\n  // \"a\": 1\n  \"a\": 3\n}");
        row("a member is added behind the last one", "{\n  \"a\": 1\n}\n", {Operation::Add, u"/b"_s, 2}, "{\n  \"a\": 1,\n  \"b\": 2\n}\n");
        row("its comment stays with the last one", "{\n  \"a\": 1 // one\n}", {Operation::Add, u"/b"_s, 2}, "{\n  \"a\": 1, // one\n  \"b\": 2\n}");
        row("a member on the same line", R"({"a": 1})", {Operation::Add, u"/b"_s, 2}, R"({"a": 1, "b": 2})");
        row("an object has lines of its own", "{\n  \"a\": 1\n}", {Operation::Add, u"/b"_s, QJsonObject {{u"c"_s, 2}}}, "{\n  \"a\": 1,\n  \"b\": {\n    \"c\": 2\n  }\n}");
        row("a member of an empty object", "{\n  \"a\": {}\n}", {Operation::Add, u"/a/b"_s, 2}, "{\n  \"a\": {\n    \"b\": 2\n  }\n}");
        row("add replaces what is there", R"({"a": 1})", {Operation::Add, u"/a"_s, 2}, R"({"a": 2})");
        row("an element is added", R"({"a": [1]})", {Operation::Add, u"/a/-"_s, 2}, R"({"a": [1, 2]})");
        row("the first element", R"({"a": []})", {Operation::Add, u"/a/-"_s, 2}, R"({"a": [2]})");
        row("a member is removed with its line", "{\n  \"a\": 1,\n  \"b\": 2\n}", {Operation::Remove, u"/a"_s}, "{\n  \"b\": 2\n}");
        row("the last one with the comma before it", "{\n  \"a\": 1,\n  \"b\": 2\n}", {Operation::Remove, u"/b"_s}, "{\n  \"a\": 1\n}");
        row("the only one", R"({"a": 1})", {Operation::Remove, u"/a"_s}, R"({})");
        row("one of two on a line", R"({"a": 1, "b": 2})", {Operation::Remove, u"/a"_s}, R"({ "b": 2})");
        row("names are decoded", R"({"a/b": {"c~": 1}})", {Operation::Replace, u"/a~1b/c~0"_s, 2}, R"({"a/b": {"c~": 2}})");
        row("nothing is replaced that is not there", R"({"a": 1})", {Operation::Replace, u"/b"_s, 2}, "");
        row("nothing is removed that is not there", R"({"a": 1})", {Operation::Remove, u"/b"_s}, "");
        row("nothing is added inside a number", R"({"a": 1})", {Operation::Add, u"/a/b"_s, 2}, "");
        row("the whole is not replaced", R"({"a": 1})", {Operation::Replace, u""_s, 2}, "");
        row("no JSON stays as it is", R"({"a": )", {Operation::Replace, u"/a"_s, 2}, "");
        // clang-format on
    }
    void edits()
    {
        QFETCH(const QByteArray, text);
        QFETCH(const JsonEdit, edit);
        QTEST(patched(text, {edit}).value_or(QByteArray()), "after");
    }

    void whatIsMissingIsAddedAsAWhole()
    {
        const QJsonObject document {{u"a"_s, QJsonObject {{u"b"_s, 1}}}};
        QCOMPARE(
            patchFor(document, u"/a/b"_s, 2), (JsonPatch {{Operation::Replace, u"/a/b"_s, 2}}));
        QCOMPARE(patchFor(document, u"/a/c/d"_s, 2),
            (JsonPatch {{Operation::Add, u"/a/c"_s, QJsonObject {{u"d"_s, 2}}}}));
        QCOMPARE(patchFor(document, u"/c"_s, 2), (JsonPatch {{Operation::Add, u"/c"_s, 2}}));
        QCOMPARE(patchFor(document, u"/a/b"_s, QJsonValue::Undefined),
            (JsonPatch {{Operation::Remove, u"/a/b"_s}}));
        QCOMPARE(patchFor(document, u"/x"_s, QJsonValue::Undefined), JsonPatch());
    }

    void aPatchReadsAsTheStandardSays()
    {
        const JsonPatch patch {{Operation::Add, u"/a"_s, 1}, {Operation::Remove, u"/b"_s}};
        QCOMPARE(QJsonDocument(toJson(patch)).toJson(QJsonDocument::Compact),
            R"([{"op":"add","path":"/a","value":1},{"op":"remove","path":"/b"}])");
    }
};

QTEST_GUILESS_MAIN(JsonPatchTest)

#include "tst_jsonpatch.moc"
