#include "authcore/tokens/writecondition.h"
#include "tests/support/storeanswers.h"

#include <QtTest/QTest>

using namespace Qt::StringLiterals;
using authcore::OverAnEntry;
using authcore::OverAnything;
using authcore::OverTokens;
using authcore::StoreError;
using authcore::TokenSet;
using authcore::WriteCondition;
using Code = StoreError::Code;
using Found = authcore::TokenStore::Loaded;
using Tokens = std::optional<TokenSet>;

namespace {

TokenSet withOtherCookies(TokenSet tokens)
{
    tokens.cookies = {QNetworkCookie("csrf", "2")};
    return tokens;
}

//! What becomes of a write; an error other than Gone by its detail.
QString fateOf(const authcore::WriteVerdict &verdict)
{
    if (verdict.isMet)
        return verdict.answer ? u"carried out, and failed"_s : u"carried out"_s;
    if (!verdict.answer)
        return u"left alone"_s;
    return verdict.answer->code == Code::Gone ? u"gone"_s : verdict.answer->detail;
}

} // namespace

class TestWriteCondition : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void isJudgedByWhatIsFound_data()
    {
        QTest::addColumn<WriteCondition>("condition");
        QTest::addColumn<Found>("found");
        QTest::addColumn<Tokens>("tokens");
        QTest::addColumn<QString>("fate");
        const auto row = [](const char *name, const WriteCondition &condition, const Found &found,
                             const Tokens &tokens, const char *fate) {
            QTest::newRow(name) << condition << found << tokens << QString::fromLatin1(fate);
        };
        const Tokens one = test::tokensCalled("one");
        const Tokens two = test::tokensCalled("two");
        const Tokens oneWithCookies = withOtherCookies(*one);
        const Tokens none;
        const OverTokens overOne {{*one}};
        const OverTokens overOneOrTwo {{*one, *two}};
        const StoreError unreadable {Code::Unreadable, u"no access"_s};
        const StoreError silent {Code::Unavailable, u"silent"_s};
        const StoreError garbage {Code::Garbage, {}};
        // clang-format off
        row("a sign-in, over nothing",                     OverAnything {}, none,           two,  "carried out");
        row("a sign-in, over other tokens",                OverAnything {}, one,            two,  "carried out");
        row("a sign-in, over what cannot be read",         OverAnything {}, garbage,        two,  "carried out");
        row("a sign-out",                                  OverAnything {}, one,            none, "carried out");
        row("a refresh, over an entry",                    OverAnEntry {},  one,            two,  "carried out");
        row("a refresh after a sign-out elsewhere",        OverAnEntry {},  none,           two,  "gone");
        row("a refresh, over what is no token set",        OverAnEntry {},  garbage,        two,  "carried out");
        row("a refresh, over what cannot be read",         OverAnEntry {},  unreadable,     two,  "carried out");
        row("any entry is removed",                        OverAnEntry {},  one,            none, "carried out");
        row("no entry is removed",                         OverAnEntry {},  none,           none, "left alone");
        row("cookies, over the same tokens",               overOne,         one,            two,  "carried out");
        row("cookies, over other cookies",                 overOne,         oneWithCookies, two,  "carried out");
        row("cookies, over other tokens",                  overOne,         two,            two,  "gone");
        row("cookies, over one of several",                overOneOrTwo,    two,            two,  "carried out");
        row("cookies, over nothing",                       overOne,         none,           two,  "gone");
        row("cookies, over what is no token set",          overOne,         garbage,        two,  "gone");
        row("cookies, over what cannot be read",           overOne,         unreadable,     two,  "no access");
        row("cookies, while the store is silent",          overOne,         silent,         two,  "silent");
        row("these tokens are removed",                    overOne,         one,            none, "carried out");
        row("one of several is removed",                   overOneOrTwo,    two,            none, "carried out");
        row("not with other cookies",                      overOne,         oneWithCookies, none, "left alone");
        row("other tokens are not removed",                overOne,         two,            none, "left alone");
        row("what is not there need not be removed",       overOne,         none,           none, "left alone");
        row("what is no token set is removed",             overOne,         garbage,        none, "carried out");
        row("what cannot be read is removed",              overOne,         unreadable,     none, "carried out");
        // clang-format on
    }
    void isJudgedByWhatIsFound()
    {
        QFETCH(const WriteCondition, condition);
        QFETCH(const Found, found);
        QFETCH(const Tokens, tokens);
        QTEST(fateOf(authcore::judged(condition, found, tokens)), "fate");
    }
};

QTEST_GUILESS_MAIN(TestWriteCondition)
#include "tst_writecondition.moc"
