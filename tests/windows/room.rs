//! Two people with the app: one hosts, the other joins by the address that is shown, and they talk. The room goes and
//! comes back. Told twice, so that every state is seen in both languages and in both colours.

use hearth_tests::{App, Home, Look, free_port};

#[tokio::test]
async fn two_windows_meet_in_chinese() {
    Meeting::begin(Look::ZH, Look::ZH_DARK).await.through().await;
}

#[tokio::test]
async fn two_windows_meet_in_english() {
    Meeting::begin(Look::EN_DARK, Look::EN).await.through().await;
}

struct Meeting {
    /// Hosts.
    ming: App,
    /// Joins.
    li: App,
    port: u16,
    url: String,
}

impl Meeting {
    async fn begin(host: Look, guest: Look) -> Self {
        let (ming, li) =
            tokio::join!(App::start("阿明", host), App::start_for("小李", Home::of("小李", guest)));
        Self { ming, li, port: free_port(), url: String::new() }
    }

    async fn through(mut self) {
        self.host().await;
        self.join().await;
        self.talk().await;
        self.rename().await;
        self.stop_and_host_again().await;
        self.leave().await;
    }

    async fn shots(&self, state: &str) {
        for app in [&self.ming, &self.li] {
            app.shot(&format!(
                "room-{state}-{}-{}",
                if app.name() == "阿明" { "host" } else { "guest" },
                app.home().look().tag()
            ))
            .await;
        }
    }

    async fn host(&mut self) {
        let Self { ming, port, .. } = self;
        self.li.see("host-start").await;
        ming.see("host-start").await;
        ming.shot(&format!("room-0-first-start-{}", ming.home().look().tag())).await;

        ming.write("nickname-input", "阿明").await;
        ming.write_port(&port.to_string()).await;
        ming.click("host-start").await;
        ming.see_status("connected", ming.home().look().words("正在主持", "Hosting")).await;
        let shown = ming.shared_address().await;
        assert!(
            shown.ends_with(&format!(":{port}")),
            "the port that was asked for is the one in use: {shown}"
        );
        ming.see_text("status", &shown).await;
        ming.see_text("system-line", ming.home().look().words("阿明 加入", "阿明 joined")).await;
        ming.click("share-open").await;
        self.url = shown;
        self.shots("1-hosting").await;
        // Beside what popped up, so that it goes.
        self.ming.click("composer").await;
    }

    async fn join(&self) {
        let Self { ming, li, url, .. } = self;
        li.write("join-address", url).await;
        li.click("join-button").await;
        li.see_status("connected", li.home().look().words("服务已连接", "Connected")).await;
        li.see_text("status", url).await;
        for app in [ming, li] {
            app.see_text("system-line", app.home().look().words("阿明、小李进来了", "阿明 and 小李 joined"))
                .await;
            app.until("two people are listed", "return $$('person').length === 2").await;
        }
        self.shots("2-joined").await;
    }

    async fn talk(&self) {
        let Self { ming, li, .. } = self;
        // A line is shown as soon as it is written. To see that it is pending then, and not only later stored, the
        // states that it goes through are written down.
        ming.run(
            "window.states = [];
             new MutationObserver(() => $$('message').forEach((line) => window.states.push(line.dataset.state)))
               .observe(document.body, { subtree: true, childList: true, attributes: true, attributeFilter: ['data-state'] })",
            &[],
        )
        .await;
        ming.say("大家好，欢迎来围炉 🔥 今晚读哪一章？").await;
        ming.see_line("阿明", "大家好，欢迎来围炉 🔥 今晚读哪一章？", "stored").await;
        let states = ming.run("return [...new Set(window.states)]", &[]).await;
        let states: Vec<String> = serde_json::from_value(states).expect("states");
        assert!(
            states.first().is_some_and(|state| state == "queued" || state == "sent"),
            "it was pending: {states:?}"
        );
        assert_eq!(states.last().map(String::as_str), Some("stored"));

        li.see_line("阿明", "大家好，欢迎来围炉 🔥 今晚读哪一章？", "stored").await;
        li.say("第三章！👨‍👩‍👧‍👦 一家都在听，小猫也在 🐈").await;
        li.say("先泡茶 🍵").await;
        ming.see_line("小李", "第三章！👨‍👩‍👧‍👦 一家都在听，小猫也在 🐈", "stored").await;
        for app in [ming, li] {
            app.see_line("小李", "先泡茶 🍵", "stored").await;
        }
        assert_eq!(ming.texts("text").await, li.texts("text").await, "both see the same in the same order");
        self.shots("3-talking").await;
    }

    async fn rename(&self) {
        let Self { ming, li, .. } = self;
        li.click("nickname-open").await;
        li.write("nickname-input", "李小龙").await;
        li.shot(&format!("room-4-renaming-{}", li.home().look().tag())).await;
        li.click("nickname-save").await;
        li.gone("nickname-dialog").await;
        for app in [ming, li] {
            app.see_text("system-line", app.home().look().words("小李 改名为 李小龙", "小李 is now 李小龙"))
                .await;
            app.see_text("person", "李小龙").await;
        }
        li.say("改了个名字").await;
        ming.see_line("李小龙", "改了个名字", "stored").await;
    }

    async fn stop_and_host_again(&self) {
        let Self { ming, li, port, url } = self;
        ming.click("host-toggle").await;
        ming.see_text(
            "leave-dialog",
            ming.home().look().words("还有 1 人在", "1 other person is in the room"),
        )
        .await;
        ming.click("leave-confirm").await;
        ming.see_status("resting", ming.home().look().words("未在主持", "Not hosted")).await;
        ming.see_line("小李", "先泡茶 🍵", "stored").await;
        li.see_status("reconnecting", li.home().look().words("重连", "Reconnecting")).await;
        li.see_text("status", url).await;
        li.see_text("status-detail", li.home().look().words("主持人关闭了房间", "The host closed the room"))
            .await;
        li.say("我先写在这里，等你回来").await;
        li.see_line("李小龙", "我先写在这里，等你回来", "queued").await;
        self.shots("5-stopped").await;

        // It can be undone: one click, the same port, and everybody is back by themselves.
        ming.click("host-undo").await;
        ming.see_status("connected", ming.home().look().words("正在主持", "Hosting")).await;
        let shown = ming.shared_address().await;
        assert!(shown.ends_with(&format!(":{port}")), "{shown}");
        li.see_status("connected", li.home().look().words("服务已连接", "Connected")).await;
        li.see_line("李小龙", "我先写在这里，等你回来", "stored").await;
        ming.see_line("李小龙", "我先写在这里，等你回来", "stored").await;
        // It is the room that it was: what was said in it is there, for its host too.
        for app in [ming, li] {
            app.see_line("小李", "先泡茶 🍵", "stored").await;
        }
        li.gone("restart-line").await;
        self.shots("6-again").await;
    }

    async fn leave(&self) {
        let Self { ming, li, .. } = self;
        li.click("leave-room").await;
        li.see_text("status", li.home().look().words("还没有连接任何房间", "Not connected to any room"))
            .await;
        ming.see_text("system-line", ming.home().look().words("李小龙 退出", "李小龙 left")).await;
        ming.until("one person is listed", "return $$('person').length === 1").await;
        self.shots("7-left").await;
    }
}
