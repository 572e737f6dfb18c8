package latchkey.maven;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Set;
import javax.inject.Inject;
import javax.inject.Named;
import javax.inject.Singleton;
import org.apache.maven.AbstractMavenLifecycleParticipant;
import org.apache.maven.MavenExecutionException;
import org.apache.maven.execution.MavenSession;
import org.apache.maven.project.DefaultDependencyResolutionRequest;
import org.apache.maven.project.DependencyResolutionException;
import org.apache.maven.project.DependencyResolutionRequest;
import org.apache.maven.project.MavenProject;
import org.apache.maven.project.ProjectDependenciesResolver;
import org.eclipse.aether.artifact.Artifact;
import org.eclipse.aether.graph.Dependency;
import org.eclipse.aether.graph.DependencyFilter;
import org.eclipse.aether.graph.DependencyNode;

/**
 * Has Maven fetch what a function needs when it runs, into `lib`. Part of Maven itself as long as it
 * runs: a plugin that does the same would first be fetched with seventy libraries of its own.
 */
@Named("latchkey")
@Singleton
public class CopyLibraries extends AbstractMavenLifecycleParticipant {
  private static final Set<String> WANTED_SCOPES = Set.of("compile", "runtime");

  @Inject private ProjectDependenciesResolver resolver;

  @Override
  public void afterProjectsRead(MavenSession session) throws MavenExecutionException {
    MavenProject project = session.getCurrentProject();
    DependencyResolutionRequest request =
        new DefaultDependencyResolutionRequest(project, session.getRepositorySession());
    request.setResolutionFilter(new Wanted());
    try {
      Path lib = Files.createDirectories(project.getBasedir().toPath().resolve("lib"));
      for (Dependency dependency : resolver.resolve(request).getDependencies()) {
        if (WANTED_SCOPES.contains(dependency.getScope())) copy(dependency.getArtifact(), lib);
      }
    } catch (DependencyResolutionException | IOException error) {
      throw new MavenExecutionException(error.getMessage(), error);
    }
  }

  private static void copy(Artifact artifact, Path lib) throws IOException {
    File file = artifact.getFile();
    if (file == null || !file.isFile()) return;
    Path target = lib.resolve(file.getName());
    if (Files.exists(target)) target = lib.resolve(artifact.getGroupId() + "-" + file.getName());
    Files.copy(file.toPath(), target, StandardCopyOption.REPLACE_EXISTING);
  }

  private static final class Wanted implements DependencyFilter {
    @Override
    public boolean accept(DependencyNode node, java.util.List<DependencyNode> parents) {
      Dependency dependency = node.getDependency();
      return dependency == null || WANTED_SCOPES.contains(dependency.getScope());
    }
  }
}
